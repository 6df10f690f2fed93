import { ApiError } from "../errors.ts";
import { type AnyKind, keyOfKind } from "../kind.ts";
import type { AccessRequest, Verb } from "../permission.ts";
import { words } from "../words.ts";
import { everything, type Selection } from "./selectors.ts";
import type { ApiContext, Caller } from "./types.ts";

export interface AccessTarget {
  readonly kind: AnyKind;
  readonly namespace: string;
  readonly name?: string;
  readonly subresource?: string;
}

export const accessRequest = (caller: Caller, verb: Verb, target: AccessTarget): AccessRequest => ({
  principal: caller.principal,
  verb,
  kind: keyOfKind(target.kind),
  namespace: target.namespace,
  ...(target.name === undefined ? {} : { name: target.name }),
  ...(target.subresource === undefined ? {} : { subresource: target.subresource }),
});

/** Throws Forbidden after the denial is durable in the audit log; else gives the request, for the guard of a write. */
export async function authorize(
  context: ApiContext,
  caller: Caller,
  verb: Verb,
  target: AccessTarget,
): Promise<AccessRequest> {
  const access = accessRequest(caller, verb, target);
  const refused = denial(context, access);
  if (refused === undefined) return access;
  await recordDenial(context, caller, access, refused);
  throw refused;
}

/**
 * Permission to read many. Who may not read the kind as a whole may still see some of it: the selection given back holds
 * them to that. Throws Forbidden as {@link authorize} does.
 */
export async function authorizeMany(
  context: ApiContext,
  caller: Caller,
  verb: "get" | "list" | "watch",
  target: AccessTarget,
  selection: Selection = everything,
): Promise<Selection> {
  const access = accessRequest(caller, verb, target);
  const visible = isAllowed(context, access) ? undefined : context.authorizer.narrow?.(access);
  if (visible !== undefined) {
    const { id, tokenName = "" } = caller.principal;
    return { ...selection, visible, text: JSON.stringify([selection.text, id, tokenName]) };
  }
  await authorize(context, caller, verb, target);
  return selection;
}

/** Whether a permission that {@link authorizeMany} gave still holds. */
export const manyDenial = (context: ApiContext, access: AccessRequest): ApiError | undefined =>
  context.authorizer.narrow?.(access) === undefined ? denial(context, access) : undefined;

const isAllowed = (context: ApiContext, access: AccessRequest): boolean =>
  context.authorizer.decide(access).allowed;

/** Asked again at the moment of commit: permission may have gone meanwhile (S2). */
export const guardOf =
  (context: ApiContext, access: AccessRequest): (() => ApiError | undefined) =>
  () =>
    denial(context, access);

export function denial(context: ApiContext, access: AccessRequest): ApiError | undefined {
  const decision = context.authorizer.decide(access);
  if (decision.allowed) return undefined;
  const { principal, verb, kind, subresource, namespace } = access;
  const what = subresource === undefined ? kind : `${kind}/${subresource}`;
  const where =
    namespace === "" ? words("", "") : words(` in project "${namespace}"`, `（项目“${namespace}”）`);
  return new ApiError(
    "Forbidden",
    words(
      `${principal.id} may not ${verb} ${what}${where.en}: ${decision.why.en}`,
      `${principal.id} 无权对 ${what}${where.zh} 执行 ${verb}：${decision.why.zh}`,
    ),
    { kind, ...(access.name === undefined ? {} : { name: access.name }) },
  );
}

function recordDenial(
  context: ApiContext,
  caller: Caller,
  access: AccessRequest,
  refused: ApiError,
): Promise<void> {
  return context.store.recordAudit({
    timeMs: context.environment.clock.nowMs(),
    actor: access.principal.id,
    verb: access.verb,
    kind: access.kind,
    namespace: access.namespace,
    name: access.name ?? "",
    uid: "",
    before: 0,
    after: 0,
    subresource: access.subresource ?? "",
    requestId: caller.requestId,
    outcome: `denied: ${refused.words.en}`,
    objectSha256: "",
  });
}
