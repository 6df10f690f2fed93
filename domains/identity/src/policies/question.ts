import type { Verb } from "@yunhe/kernel";
import type { Rank } from "../roles.ts";
import type { Class } from "./classes.ts";

/** What is asked for, without who asks: one of a few hundred, known when the kinds are. */
export interface Operation {
  readonly class: Class;
  readonly verb: Verb;
  /** The action's name for the verb `act`, else "". */
  readonly action: string;
  /** The status subresource is meant. */
  readonly status: boolean;
}

/** What matters of who asks, about which object; equal standings get equal answers, so answers can be kept. */
export interface Standing {
  /** Role held cluster-wide. */
  readonly cluster: Rank;
  /** Role held in the object's project; at least `cluster`. */
  readonly local: Rank;
  /** Strongest role held anywhere; at least `local`. */
  readonly anywhere: Rank;
  /** The object is the asker's own account or a token of it. */
  readonly self: boolean;
  /** The asker holds, wherever the account that is acted on holds a role, one at least as strong. True elsewhere. */
  readonly covers: boolean;
  /** The token has scopes. */
  readonly scoped: boolean;
}

/** A small number per standing: 5 × 5 × 5 × 2 × 2 × 2 = 1000. */
export const standingIndex = (of: Standing): number =>
  ((of.cluster * 5 + of.local) * 5 + of.anywhere) * 8 +
  (of.self ? 4 : 0) +
  (of.covers ? 2 : 0) +
  (of.scoped ? 1 : 0);

export const standingCount = 1000;
