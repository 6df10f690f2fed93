import type { AnyResource } from "@yunhe/kernel";
import { RequestFailed, type StatusBody } from "./errors.ts";
import type { ListOptions } from "./list-options.ts";

export interface WatchOptions extends Omit<ListOptions, "limit" | "continueToken"> {
  /** Undefined: first everything there is as ADDED. */
  readonly resourceVersion?: string | undefined;
  readonly timeoutSeconds?: number | undefined;
  /** Told once the server has accepted the watch. */
  readonly onOpen?: (() => void) | undefined;
}

export type WatchEvent<Item = AnyResource> =
  | { readonly type: "ADDED" | "MODIFIED" | "DELETED"; readonly object: Item }
  | {
      readonly type: "BOOKMARK";
      readonly object: { readonly metadata: { readonly resourceVersion: string } };
    };

/** Newline-separated JSON as events; an ERROR event is thrown as the refusal that it is. */
export async function* watchLines<Item>(body: ReadableStream<Uint8Array>): AsyncGenerator<WatchEvent<Item>> {
  for await (const line of lines(body)) {
    const event = JSON.parse(line) as
      | WatchEvent<Item>
      | { readonly type: "ERROR"; readonly object: StatusBody };
    if (event.type === "ERROR")
      throw new RequestFailed(event.object.code ?? 500, event.object, "watch ended");
    yield event;
  }
}

async function* lines(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body
    .pipeThrough(new TextDecoderStream() as unknown as ReadableWritablePair<string, Uint8Array>)
    .getReader();
  let rest = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      const parts = (rest + value).split("\n");
      rest = parts.pop() ?? "";
      for (const part of parts) if (part !== "") yield part;
    }
    if (rest !== "") yield rest;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
