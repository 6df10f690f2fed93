import { type AnyKind, keyOfKind, type KindKey, type Verb } from "@yunhe/kernel";
import { auditKey, classOf } from "./policies/classes.ts";
import type { Operation } from "./policies/question.ts";

const plainVerbs: readonly Verb[] = [
  "get",
  "list",
  "watch",
  "create",
  "update",
  "patch",
  "delete",
  "deletecollection",
];

/** Everything that can be asked for about one kind. */
interface KindOperations {
  readonly plain: ReadonlyMap<Verb, Operation>;
  readonly status: ReadonlyMap<Verb, Operation>;
  readonly actions: ReadonlyMap<string, Operation>;
  readonly namespaced: boolean;
}

/** The operations of all kinds, each one object for ever, so that answers can be kept with it. */
export class Operations {
  readonly #kinds = new Map<KindKey, KindOperations>();

  constructor(kinds: readonly AnyKind[]) {
    for (const kind of kinds) this.#kinds.set(keyOfKind(kind), operationsOf(kind));
    const audit = plainOf("audit", false);
    this.#kinds.set(auditKey, { plain: audit, status: audit, actions: new Map(), namespaced: true });
  }

  /** Undefined for a kind or action that does not exist: nobody may do it. */
  find(kind: KindKey, verb: Verb, subresource: string | undefined): Operation | undefined {
    const known = this.#kinds.get(kind);
    if (known === undefined) return undefined;
    if (verb === "act") return known.actions.get(subresource ?? "");
    return (subresource === "status" ? known.status : known.plain).get(verb);
  }

  namespaced(kind: KindKey): boolean {
    return this.#kinds.get(kind)?.namespaced ?? false;
  }
}

function operationsOf(kind: AnyKind): KindOperations {
  const of = classOf(kind);
  return {
    plain: plainOf(of, false),
    status: plainOf(of, true),
    actions: new Map(
      Object.keys(kind.actions).map((action) => [action, { class: of, verb: "act", action, status: false }]),
    ),
    namespaced: kind.scope === "Namespaced",
  };
}

const plainOf = (of: Operation["class"], status: boolean): Map<Verb, Operation> =>
  new Map(plainVerbs.map((verb) => [verb, { class: of, verb, action: "", status }]));
