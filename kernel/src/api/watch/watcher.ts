import { ApiError } from "../../errors.ts";
import { type AnyKind, keyOfKind } from "../../kind.ts";
import type { KindKey, Revision } from "../../resource.ts";
import { words } from "../../words.ts";
import type { Selection } from "../selectors.ts";
import type { WatchEncoder } from "./event.ts";

/** Where a watcher's bytes go: an HTTP response, a test. */
export interface WatchSink {
  write(bytes: Buffer): void;
  /** Bytes accepted but not yet taken by the receiver. */
  pendingBytes(): number;
  /** Resolves when the receiver has taken them, or has gone. */
  drained(): Promise<void>;
  /** Nothing follows. `abrupt`: do not wait for the receiver to take what is pending. */
  end(abrupt: boolean): void;
}

export interface WatchRequest {
  readonly kind: AnyKind;
  readonly namespace: string;
  readonly selection: Selection;
  /** Changes after this revision; undefined: the objects there are as ADDED, then their changes. */
  readonly since: Revision | undefined;
  readonly bookmarks: boolean;
  /** Whether a bookmark shall end the initial events. */
  readonly initialEventsEnd: boolean;
  readonly encoder: WatchEncoder;
  readonly sink: WatchSink;
  /** Asked again and again while the watch lives: a permission or sign-in may have been taken away. */
  readonly stillAllowed: () => Promise<ApiError | undefined>;
}

/** One open watch. `position` is the revision up to which its receiver has been told everything. */
export class Watcher {
  readonly request: WatchRequest;
  readonly kind: KindKey;
  readonly group: string;
  position: Revision;
  isOpen = true;

  constructor(request: WatchRequest) {
    this.request = request;
    this.kind = keyOfKind(request.kind);
    const { namespace, selection, encoder } = request;
    this.group = JSON.stringify([this.kind, namespace, selection.text, encoder.id]);
    this.position = request.since ?? 0;
  }

  write(bytes: Buffer): void {
    if (this.isOpen && bytes.length > 0) this.request.sink.write(bytes);
  }

  end(error?: ApiError): void {
    if (!this.isOpen) return;
    if (error !== undefined) this.write(this.request.encoder.encode({ type: "ERROR", error }));
    this.isOpen = false;
    this.request.sink.end(error?.reason === "Expired");
  }

  bookmark(initialEventsEnd: boolean): void {
    const { kind, encoder } = this.request;
    this.write(encoder.encode({ type: "BOOKMARK", kind, revision: this.position, initialEventsEnd }));
  }
}

export const tooOld = (asked: Revision, why: "compacted" | "future" | "slow"): ApiError => {
  const reasons = {
    compacted: words("is no longer kept", "已不再保留"),
    future: words("is newer than anything stored here", "比此处存储的任何版本都新"),
    slow: words("was left behind: this watcher reads too slowly", "已落后：该监听者读取过慢"),
  };
  return new ApiError(
    "Expired",
    words(
      `too old resource version: ${asked} ${reasons[why].en}; list again and watch from there`,
      `资源版本过旧：${asked} ${reasons[why].zh}；请重新列出后再监听`,
    ),
  );
};
