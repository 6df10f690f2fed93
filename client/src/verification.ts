import type { Words } from "@yunhe/kernel/words";
import type { Transport } from "./transport.ts";

/** What the store was found to be when it was verified last: `yunhe verify` of the running server. */
export interface Verification {
  readonly startedAtMs: number;
  readonly tookMs: number;
  /** Who asked for it: `user:ada`. */
  readonly actor: string;
  readonly revision: number;
  readonly objects: number;
  readonly auditEntries: number;
  /** What was looked for; `broken`: places where it does not hold. */
  readonly promises: readonly {
    readonly invariant: string;
    readonly words: Words;
    readonly broken: number;
    /** What of it could not be seen. */
    readonly unseen?: Words;
  }[];
  /** The first 200 places where a promise does not hold. */
  readonly findings: readonly {
    readonly invariant: string;
    readonly object: string;
    /** At which it was broken, where the history tells. */
    readonly revision?: number;
    readonly words: Words;
  }[];
}

export interface VerificationState {
  readonly running: boolean;
  readonly last: Verification | null;
}

const path = "/yunhe/v1/verification";

/** The last result. For operators of the cluster, like {@link verifyStore}. */
export const readVerification = (transport: Transport, signal?: AbortSignal): Promise<VerificationState> =>
  transport.json(path, { signal });

/** Verifies the store now; resolves with the result, after seconds where there is much. */
export const verifyStore = (transport: Transport): Promise<Verification> =>
  transport.json(path, { method: "POST" });
