import { ApiError } from "../errors.ts";
import { keyOfKind } from "../kind.ts";
import { causesOf } from "../validation/causes.ts";
import { invalidObject } from "../validation/validate.ts";
import { words } from "../words.ts";
import { authorize, guardOf } from "./access.ts";
import { keyOf } from "./read.ts";
import type { ApiContext, Caller, Target, WriteOptions } from "./types.ts";
import { currentOf } from "./update.ts";

/** Runs a custom action of a kind on one object; gives what its handler returns. */
export async function act(
  context: ApiContext,
  caller: Caller,
  target: Target,
  action: string,
  body: unknown,
  options: WriteOptions = {},
): Promise<unknown> {
  const definition = Object.hasOwn(target.kind.actions, action) ? target.kind.actions[action] : undefined;
  const handler = context.actions?.[keyOfKind(target.kind)]?.[action];
  if (definition === undefined || handler === undefined) throw unknownAction(target, action);
  const access = await authorize(context, caller, "act", { ...target, subresource: action });
  const input = definition.input.safeParse(body ?? {});
  if (!input.success) throw invalidObject(target.kind, target.name, causesOf(input.error.issues, body ?? {}));
  const object = currentOf(target, await context.store.get(keyOf(target)));
  // A dry run ends where the doing would begin: permission and input are checked, the handler is not asked.
  if (options.dryRun === true) return object;
  const how = {
    ...caller,
    store: context.store,
    environment: context.environment,
    target: keyOf(target),
    access,
    guard: guardOf(context, access),
    idempotencyKey: options.idempotencyKey,
  };
  return handler(how, object, input.data);
}

function unknownAction(target: Target, action: string): ApiError {
  const known = Object.keys(target.kind.actions);
  const list = known.length === 0 ? "—" : known.join(", ");
  return new ApiError(
    "NotFound",
    words(
      `${target.kind.plural} have no action or subresource "${action}"; there are: ${list}`,
      `${target.kind.words.zh}没有操作或子资源“${action}”；可用：${list}`,
    ),
    { group: target.kind.group, kind: target.kind.plural, name: target.name },
  );
}
