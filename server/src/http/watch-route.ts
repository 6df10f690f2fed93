import {
  type AnyKind,
  ApiError,
  parseRevision,
  parseSelection,
  type WatchRequest,
  words,
} from "@yunhe/kernel";
import type { ApiRequest } from "./context.ts";
import { choiceParameter, flagParameter, numberParameter, textParameter } from "./query.ts";
import { formOf } from "./form.ts";
import type { ServedKind } from "./view.ts";
import { lineEncoder, responseSink, startStream } from "./watch-stream.ts";

/** Long enough that a watch is rarely opened anew, short enough that none lives for ever. */
const defaultTimeoutSeconds = 45 * 60;

/** Answers with the changes of a collection as they happen, until the client goes or the time is over. */
export async function openWatch(
  request: ApiRequest,
  served: ServedKind,
  collection: { kind: AnyKind; namespace: string },
): Promise<void> {
  const { api, caller, outgoing, url } = request;
  const { clock } = api.context.environment;
  const form = formOf(request, served);
  const timeoutSeconds = numberParameter(url, "timeoutSeconds") ?? defaultTimeoutSeconds;
  const { sink, start } = deferred(outgoing);
  const watch: WatchRequest = {
    ...collection,
    selection: parseSelection(
      collection.kind,
      textParameter(url, "labelSelector"),
      textParameter(url, "fieldSelector"),
    ),
    ...startOf(url, api.context.store.revision()),
    bookmarks: flagParameter(url, "allowWatchBookmarks") === true,
    encoder: lineEncoder(form, () => clock.nowMs()),
    sink,
    stillAllowed: request.stillSignedIn,
  };
  const end = await api.watch(caller, watch);
  start();
  const cancelTimeout = clock.after(timeoutSeconds * 1000, () => {
    end();
  });
  outgoing.once("close", () => {
    cancelTimeout();
    end();
  });
  if (outgoing.destroyed) end();
}

/** The head of the answer goes out once the watch is permitted: a refusal is an answer of its own. */
function deferred(outgoing: ApiRequest["outgoing"]): { sink: WatchRequest["sink"]; start: () => void } {
  const sink = responseSink(outgoing);
  let started = false;
  const start = (): void => {
    if (started) return;
    started = true;
    startStream(outgoing);
  };
  return {
    start,
    sink: {
      ...sink,
      write(bytes) {
        start();
        sink.write(bytes);
      },
      end(abrupt) {
        start();
        sink.end(abrupt);
      },
    },
  };
}

/** Where the watch begins (https://kubernetes.io/docs/reference/using-api/api-concepts/#semantics-for-watch). */
function startOf(url: URL, latest: number): Pick<WatchRequest, "since" | "initialEventsEnd"> {
  const asked = parseRevision(textParameter(url, "resourceVersion"));
  const initial = flagParameter(url, "sendInitialEvents");
  const match = choiceParameter(url, "resourceVersionMatch", ["Exact", "NotOlderThan"]);
  if (initial === true && match !== "NotOlderThan") {
    const message = words(
      "must be NotOlderThan when sendInitialEvents is set",
      "设置 sendInitialEvents 时必须是 NotOlderThan",
    );
    throw new ApiError(
      "Invalid",
      words(`resourceVersionMatch: ${message.en}`, `resourceVersionMatch：${message.zh}`),
      {
        causes: [{ field: "resourceVersionMatch", reason: "FieldValueInvalid", message }],
      },
    );
  }
  const fromNow = initial === true || (initial === undefined && (asked === undefined || asked === 0));
  return { since: fromNow ? undefined : asked || latest, initialEventsEnd: initial === true };
}
