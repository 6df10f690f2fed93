import type { AnyStored, Clock, Objects, Reconciler } from "@yunhe/kernel";
import { type Token, tokenKind } from "../kinds/index.ts";

const dayMs = 86_400_000;
/** An expired API token stays this long, so that its owner can see why it stopped. */
const keepExpiredMs = 30 * dayMs;

/** Removes sessions when they have expired, and API tokens thirty days later. They were good for nothing since. */
export function tokenExpiry(objects: Objects, clock: Clock): Reconciler {
  return {
    name: "identity/token-expiry",
    sources: [{ kind: tokenKind }],
    concurrency: 1,
    async reconcile(key, { fence }) {
      const token = await objects.get(tokenKind, "", key.name);
      if (token === undefined || token.metadata.deletionTimestamp !== undefined) return undefined;
      const leftMs = removalMs(token) - clock.nowMs();
      if (leftMs > 0) return { afterMs: Math.min(leftMs, dayMs) };
      await objects.commit([{ type: "delete", kind: tokenKind, object: token as AnyStored }], {
        actor: "system:reconciler/identity/token-expiry",
        fence,
      });
      return undefined;
    },
  };
}

const removalMs = ({ spec }: Token): number =>
  Date.parse(spec.expiresAt) + (spec.type === "session" ? 0 : keepExpiredMs);
