import { ApiError } from "../errors.ts";
import { type AnyKind, apiVersionOf } from "../kind.ts";
import { prepareUpdate } from "../prepare.ts";
import type { AnyResource } from "../resource.ts";
import type { StoredObject } from "../store/port.ts";
import { notFound, stale } from "../store/refusals.ts";
import { words } from "../words.ts";
import { authorize } from "./access.ts";
import { dropUnknown, readObject } from "./body.ts";
import { write, writeContext } from "./commit.ts";
import { keyOf } from "./read.ts";
import type { ApiContext, Caller, Target, WriteOptions, WriteResult } from "./types.ts";

/** Replaces an object, or only its status. A `metadata.resourceVersion` in the body must be the current one. */
export async function update(
  context: ApiContext,
  caller: Caller,
  target: Target,
  body: unknown,
  options: WriteOptions = {},
): Promise<WriteResult> {
  const given = readObject(target, body);
  const access = await authorize(context, caller, "update", target);
  if (target.subresource === undefined) forbidReadOnly(target.kind, "update");
  const asked = {
    ...given,
    apiVersion: apiVersionOf(target.kind),
    kind: target.kind.kind,
  } as unknown as AnyResource;
  const { object, warnings } = forValidation(target, asked, options);
  const request = { context, caller, access, target, options, body, warnings };
  return write(request, (current) => {
    const previous = currentOf(target, current);
    checkVersion(target, current!, given.metadata.resourceVersion);
    return prepareUpdate(target.kind, previous, object, writeContext(request), subresourceOf(target));
  });
}

export const subresourceOf = (target: Target): { subresource?: "status" } =>
  target.subresource === undefined ? {} : { subresource: target.subresource };

function forValidation(
  target: Target,
  asked: AnyResource,
  options: WriteOptions,
): ReturnType<typeof dropUnknown> {
  if (target.subresource === "status") return { object: asked, warnings: [] };
  const named = { ...asked, metadata: { ...asked.metadata, name: asked.metadata.name ?? target.name } };
  return dropUnknown(target.kind, named, options.fieldValidation ?? "Strict");
}

export function currentOf(target: Target, current: StoredObject | undefined): AnyResource {
  if (current === undefined) throw notFound(keyOf(target));
  return JSON.parse(current.json) as AnyResource;
}

/** Throws Conflict when somebody insists on a version that is no longer the current one (C6). */
export function checkVersion(target: Target, current: StoredObject, asked: string | undefined): void {
  if (!asked || asked === String(current.revision)) return;
  throw stale(keyOf(target), Number(asked) || 0, current.revision);
}

/** Throws MethodNotAllowed for kinds that the control plane alone writes. */
export function forbidReadOnly(kind: AnyKind, verb: string): void {
  if (!kind.readOnly) return;
  throw new ApiError(
    "MethodNotAllowed",
    words(
      `${kind.plural} are written by the control plane alone: ${verb} is not possible`,
      `${kind.words.zh}只由控制面写入：不能执行 ${verb}`,
    ),
    { group: kind.group, kind: kind.plural },
  );
}
