import { type Words, words } from "@yunhe/kernel";
import { z } from "zod";
import { EngineUnreachable } from "../driver/port.ts";

/** Why a pool cannot be used, as its conditions say it. */
export interface Problem {
  readonly reason: string;
  readonly message: Words;
}

export class NoSuchDriver extends Error {
  readonly words: Words;
  constructor(driver: string, known: readonly string[]) {
    const list = known.join(", ");
    super(`no driver ${driver}`);
    this.words = words(
      `There is no driver ${driver}; known are ${list}. Delete the pool and create it with one of them.`,
      `没有驱动 ${driver}；已知的有 ${list}。请删除该资源池并改用其中之一。`,
    );
  }
}

export function problemOf(error: unknown): Problem {
  if (error instanceof NoSuchDriver) return { reason: "NoSuchDriver", message: error.words };
  if (error instanceof z.ZodError) return { reason: "InvalidConfig", message: wrongSettings(error) };
  if (error instanceof EngineUnreachable) return { reason: "Unreachable", message: error.words };
  if (error instanceof Error && "words" in error)
    return { reason: "EngineFailed", message: error.words as Words };
  const text = error instanceof Error ? error.message : String(error);
  return { reason: "EngineFailed", message: words(`The engine failed: ${text}`, `引擎出错：${text}`) };
}

function wrongSettings({ issues }: z.ZodError): Words {
  const list = issues.map(({ path, message }) => `spec.config.${path.join(".")}: ${message}`).join("; ");
  return words(`The driver's settings are wrong. ${list}.`, `驱动设置有误。${list}。`);
}
