import type { Client, KindDescription } from "@yunhe/client";
import { words } from "@yunhe/client";
import { CommandError, exitCodes } from "./command/errors.ts";

/** Finds the kind that a person means: `task`, `tasks`, `yt`, `Task`, `tasks.compute.yunhe.dev`. */
export async function kindNamed(client: Client, text: string): Promise<KindDescription> {
  const kinds = await client.kinds();
  const wanted = text.toLowerCase();
  const found = kinds.find(({ plural, singular, shortNames, kind, group }) =>
    [plural, singular, kind.toLowerCase(), `${plural}.${group}`, ...shortNames].includes(wanted),
  );
  if (found) return found;
  const list = kinds.map(({ plural }) => plural).join(", ");
  throw new CommandError(
    exitCodes.notFound,
    words(`There is no kind ${text}.`, `没有名为 ${text} 的类型。`),
    undefined,
    words(`Kinds are: ${list}.`, `可用类型：${list}。`),
  );
}

/** `KIND/NAME` or `KIND NAME …`. */
export function splitTarget(args: readonly string[]): {
  readonly kind: string | undefined;
  readonly names: readonly string[];
} {
  const [first, ...rest] = args;
  const slash = first?.indexOf("/") ?? -1;
  if (first === undefined || slash < 0) return { kind: first, names: rest };
  return {
    kind: first.slice(0, slash),
    names: [first.slice(slash + 1), ...rest.map((text) => text.slice(text.indexOf("/") + 1))],
  };
}
