import type { ServerResponse } from "node:http";
import type { WatchEncoder, WatchEvent, WatchSink } from "@yunhe/kernel";
import { bookmarkText, type Form, formId, oneText } from "./represent.ts";
import { apiHeaders, jsonType, statusOf } from "./respond.ts";

/** Events as lines of JSON (https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes). */
export function lineEncoder(form: Form, nowMs: () => number): WatchEncoder {
  return {
    id: formId(form),
    encode: (event) => Buffer.from(`${line(form, event, nowMs())}\n`, "utf8"),
  };
}

function line(form: Form, event: WatchEvent, nowMs: number): string {
  if (event.type === "ERROR") {
    return `{"type":"ERROR","object":${JSON.stringify(statusOf(event.error, form.table.language))}}`;
  }
  if (event.type === "BOOKMARK") {
    return `{"type":"BOOKMARK","object":${bookmarkText(form, event.revision, event.initialEventsEnd)}}`;
  }
  const now = { ...form, table: { ...form.table, nowMs } };
  return `{"type":"${event.type}","object":${oneText(now, event.json)}}`;
}

const farewellMs = 2000;

/** Writes straight to the response; what the client has not taken stays counted in `pendingBytes`. */
export function responseSink(response: ServerResponse): WatchSink {
  return {
    write: (bytes) => void response.write(bytes),
    pendingBytes: () => response.writableLength,
    drained: () => drained(response),
    end(abrupt) {
      response.end();
      if (!abrupt) return;
      // Whoever does not read will not read the farewell either: its memory is wanted back.
      const timer = setTimeout(() => response.destroy(), farewellMs);
      timer.unref();
    },
  };
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off("drain", done);
      response.off("close", done);
      resolve();
    };
    response.on("drain", done);
    response.on("close", done);
    if (response.writableLength === 0 || response.destroyed) done();
  });
}

export function startStream(response: ServerResponse): void {
  response.writeHead(200, { ...apiHeaders, "Content-Type": jsonType, "Transfer-Encoding": "chunked" });
  response.flushHeaders();
  response.socket?.setNoDelay(true);
}
