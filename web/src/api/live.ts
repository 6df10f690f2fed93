import type { AnyResource } from "@yunhe/kernel";
import { type KindAddress, LiveList, type LiveListOptions, type LiveSnapshot } from "@yunhe/client";
import { useEffect, useState } from "react";
import { yunhe } from "./client.ts";

const loading = { state: "loading", items: [], error: undefined, truncated: false } as const;

type Selection = Pick<LiveListOptions, "namespace" | "labelSelector" | "fieldSelector">;

/**
 * The objects of a kind, kept true by a watch. `kind` undefined: nothing is asked. A hidden page lets its connections
 * go, since a browser has only six per server for all of its tabs.
 */
export function useLive<Item extends AnyResource = AnyResource>(
  kind: KindAddress | undefined,
  { namespace, labelSelector, fieldSelector }: Selection = {},
): LiveSnapshot<Item> {
  const [known, setKnown] = useState<{ readonly of: string; readonly snapshot: LiveSnapshot<Item> }>();
  const of = JSON.stringify([kind?.group, kind?.plural, namespace, labelSelector, fieldSelector]);
  useEffect(() => {
    if (!kind) return undefined;
    const selection = { namespace, labelSelector, fieldSelector };
    const tell = (snapshot: LiveSnapshot<Item>): void => setKnown({ of, snapshot });
    const list = new LiveList<Item>(yunhe.resources<Item>(kind), selection, tell);
    const follow = (): void => (document.hidden ? list.pause() : list.resume());
    follow();
    document.addEventListener("visibilitychange", follow);
    return () => {
      document.removeEventListener("visibilitychange", follow);
      list.pause();
    };
  }, [kind, namespace, labelSelector, fieldSelector, of]);
  // What is known of another selection is not shown for this one.
  return known?.of === of ? known.snapshot : loading;
}

/** One object, kept true; `missing` when there is none of that name. */
export function useLiveObject<Item extends AnyResource = AnyResource>(
  kind: KindAddress | undefined,
  namespace: string | undefined,
  name: string,
): LiveSnapshot<Item> & { readonly item: Item | undefined; readonly missing: boolean } {
  const snapshot = useLive<Item>(kind, { namespace, fieldSelector: `metadata.name=${name}` });
  const item = snapshot.items[0];
  return { ...snapshot, item, missing: snapshot.state === "live" && item === undefined };
}
