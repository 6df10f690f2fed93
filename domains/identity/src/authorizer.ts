import {
  type AccessDecision,
  type AccessRequest,
  type AnyResource,
  type Authorizer,
  type Clock,
  type Principal,
  type Words,
  words,
} from "@yunhe/kernel";
import type { Directory } from "./directory/directory.ts";
import { accountIdOf, projectKey, projectOfToken, subjectOfToken, userKey } from "./directory/records.ts";
import { covers, narrowed, roleIn, type Roles } from "./directory/roles.ts";
import { accountOfToken, refusals } from "./directory/validity.ts";
import { explain } from "./explain.ts";
import type { Operations } from "./operations.ts";
import type { Answer, PolicyEngine } from "./policies/engine.ts";
import type { Operation, Standing } from "./policies/question.ts";

export interface AuthorizerParts {
  readonly directory: Directory;
  readonly engine: PolicyEngine;
  readonly operations: Operations;
  readonly clock: Clock;
}

/** Who asks, as far as the policies are concerned. */
export interface Asker {
  readonly id: string;
  readonly roles: Roles;
  readonly scoped: boolean;
}

const allowed: AccessDecision = { allowed: true };
const unknownOperation = words("there is no such kind or action", "没有这种对象或操作");

/** Asks Cedar, with what the directory knows at this moment; about a microsecond once a question was asked before. */
export class CedarAuthorizer implements Authorizer {
  readonly #parts: AuthorizerParts;
  readonly #narrowed = new WeakMap<Roles, WeakMap<object, Roles>>();
  readonly #refusals = new WeakMap<Answer, AccessDecision>();

  constructor(parts: AuthorizerParts) {
    this.#parts = parts;
  }

  decide(request: AccessRequest): AccessDecision {
    if (request.principal.type === "System") return allowed;
    const operation = this.#parts.operations.find(request.kind, request.verb, request.subresource);
    if (operation === undefined) return { allowed: false, why: unknownOperation };
    const asker = this.asker(request.principal);
    if ("why" in asker) return { allowed: false, why: asker.why };
    return this.#answer(asker, operation, request, undefined);
  }

  narrow(request: AccessRequest): ((object: AnyResource) => boolean) | undefined {
    const { kind, principal, verb } = request;
    const { operations } = this.#parts;
    const listed = operations.find(kind, verb, undefined);
    if (request.namespace !== "" || listed === undefined || (verb !== "list" && verb !== "watch"))
      return undefined;
    const asker = this.asker(principal);
    if ("why" in asker || !this.#narrowable(request, listed, asker)) return undefined;
    const operation = operations.find(kind, "get", undefined)!;
    return (object) => {
      const now = this.asker(principal);
      if ("why" in now) return false;
      const { name, namespace = "" } = object.metadata;
      return this.#answer(now, operation, { ...request, verb: "get", namespace, name }, object).allowed;
    };
  }

  /** Roles of a principal at this moment, weakened by its token; or why it may do nothing. */
  asker(principal: Principal): Asker | { readonly why: Words } {
    const { directory, clock } = this.#parts;
    const account = directory.account(principal.id);
    if (account === undefined || !account.active) return { why: refusals.noAccount };
    const roles = directory.roles(principal.id);
    if (principal.tokenName === undefined) return { id: principal.id, roles, scoped: false };
    const token = directory.token(principal.tokenName);
    if (token === undefined || token.subject !== principal.id) return { why: refusals.revoked };
    const owner = accountOfToken(directory, token, clock.nowMs());
    if ("why" in owner) return owner;
    if (token.scopes === undefined) return { id: principal.id, roles, scoped: false };
    return { id: principal.id, roles: this.#weakened(roles, token.scopes), scoped: true };
  }

  #answer(
    asker: Asker,
    operation: Operation,
    request: AccessRequest,
    object: AnyResource | undefined,
  ): AccessDecision {
    const standing = this.#standing(asker, operation, request, object);
    const answer = this.#parts.engine.answer(operation, standing);
    if (answer.allowed) return allowed;
    let refusal = this.#refusals.get(answer);
    if (refusal === undefined) {
      refusal = { allowed: false, why: explain(operation, standing, answer.reasons) };
      this.#refusals.set(answer, refusal);
    }
    return refusal;
  }

  #standing(
    asker: Asker,
    operation: Operation,
    request: AccessRequest,
    object: AnyResource | undefined,
  ): Standing {
    const { cluster, anywhere } = asker.roles;
    const { subject, project } = this.#owner(operation, request, object);
    return {
      cluster,
      local: roleIn(asker.roles, project),
      anywhere,
      self: subject === asker.id,
      covers:
        operation.verb !== "act" ||
        operation.class !== "account" ||
        (subject !== undefined && covers(asker.roles, this.#parts.directory.roles(subject))),
      scoped: asker.scoped,
    };
  }

  /** Whose the object is and in which project ("" the cluster) a role counts for it. */
  #owner(
    operation: Operation,
    request: AccessRequest,
    object: AnyResource | undefined,
  ): { readonly subject: string | undefined; readonly project: string } {
    const { kind, namespace, name } = request;
    if (operation.class === "account" && name !== undefined)
      return { subject: accountIdOf(kind, namespace, name), project: namespace };
    if (operation.class === "token") {
      if (object !== undefined) return { subject: subjectOfToken(object), project: projectOfToken(object) };
      const token = name === undefined ? undefined : this.#parts.directory.token(name);
      return { subject: token?.subject, project: token?.project ?? "" };
    }
    return { subject: undefined, project: kind === projectKey ? (name ?? "") : namespace };
  }

  /** Of a kind of the cluster people may see their own; of a kind in projects, what stands in their own projects. */
  #narrowable({ kind }: AccessRequest, operation: Operation, asker: Asker): boolean {
    if (operation.class === "audit") return false;
    if (this.#parts.operations.namespaced(kind)) return asker.roles.anywhere > 0;
    return operation.class === "project" || operation.class === "token" || kind === userKey;
  }

  #weakened(roles: Roles, scopes: Parameters<typeof narrowed>[1]): Roles {
    let known = this.#narrowed.get(roles);
    if (known === undefined) this.#narrowed.set(roles, (known = new WeakMap()));
    let weaker = known.get(scopes);
    if (weaker === undefined) known.set(scopes, (weaker = narrowed(roles, scopes)));
    return weaker;
  }
}
