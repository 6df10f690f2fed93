import { RequestFailed } from "@yunhe/client";
import { useEffect, useRef, useState } from "react";
import { LogBuffer, type LogText } from "../ui/log/log-buffer.ts";
import { yunhe } from "./client.ts";

export interface LiveLog {
  readonly state: "reading" | "lost" | "ended" | "failed";
  readonly text: LogText;
  readonly error: unknown;
}

const againMs = 1000;
const nothing: LogText = { blocks: [], lines: 0, bytes: 0, dropped: 0 };

/**
 * The log of one attempt, followed until the attempt is over. A broken connection goes on at the byte where it broke.
 * `isOver` is asked when the stream ends: a stream that ends before its attempt has only been cut off.
 */
export function useLog(project: string, task: string, attempt: number | undefined, isOver: boolean): LiveLog {
  const [known, setKnown] = useState<{ readonly of: string; readonly log: LiveLog }>();
  const over = useRef(isOver);
  const of = `${project}/${task}/${attempt}`;
  useEffect(() => {
    over.current = isOver;
  });
  useEffect(() => {
    if (attempt === undefined) return undefined;
    const ended = new AbortController();
    const tell = (log: LiveLog): void => setKnown({ of, log });
    void follow({ project, task, attempt, signal: ended.signal, isOver: () => over.current, tell });
    return () => ended.abort();
  }, [project, task, attempt, of]);
  return known?.of === of ? known.log : { state: "reading", text: nothing, error: undefined };
}

interface FollowParts {
  readonly project: string;
  readonly task: string;
  readonly attempt: number;
  readonly signal: AbortSignal;
  readonly isOver: () => boolean;
  readonly tell: (log: LiveLog) => void;
}

async function follow({ project, task, attempt, signal, isOver, tell }: FollowParts): Promise<void> {
  const buffer = new LogBuffer();
  const say = (state: LiveLog["state"], error?: unknown): void => {
    if (!signal.aborted) tell({ state, text: buffer.text(), error });
  };
  while (!signal.aborted) {
    try {
      const wasOver = isOver();
      const options = { follow: true, attempt, fromByte: buffer.bytes, signal };
      const stream = await yunhe.files.log(project, task, options);
      await read(stream, buffer, () => say("reading"));
      if (wasOver) return say("ended");
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof RequestFailed && error.code < 500) return say("failed", error);
      say("lost", error);
    }
    await new Promise((resolve) => setTimeout(resolve, isOver() ? 0 : againMs));
  }
}

/** Tells at most once in 60 ms, however fast the log comes. */
async function read(stream: ReadableStream<Uint8Array>, buffer: LogBuffer, tell: () => void): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const plan = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      tell();
    }, 60);
  };
  plan();
  try {
    const reader = stream.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      buffer.append(part.value);
      plan();
    }
  } finally {
    clearTimeout(timer);
  }
}
