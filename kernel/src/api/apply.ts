import { ApiError, type Cause } from "../errors.ts";
import { applyFields, type ApplyInput, applyOwnership } from "../fields/apply.ts";
import { apiVersionOf } from "../kind.ts";
import { prepareCreate, prepareUpdate, type Prepared } from "../prepare.ts";
import type { AnyResource } from "../resource.ts";
import type { StoredObject } from "../store/port.ts";
import { notFound } from "../store/refusals.ts";
import { isRecord } from "../validation/paths.ts";
import { words, type Words } from "../words.ts";
import { authorize } from "./access.ts";
import { dropUnknown, type GivenObject, readObject } from "./body.ts";
import { write, writeContext, type WriteRequest } from "./commit.ts";
import { draftOf } from "./create.ts";
import { keyOf } from "./read.ts";
import type { ApiContext, Caller, Target, WriteOptions, WriteResult } from "./types.ts";
import { checkVersion, forbidReadOnly, subresourceOf } from "./update.ts";

export interface ApplyOptions extends WriteOptions {
  /** Take fields that other managers own, instead of refusing with Conflict. */
  readonly force?: boolean;
}

/** Server-side apply: creates the object where there is none. */
export async function apply(
  context: ApiContext,
  caller: Caller,
  target: Target,
  body: unknown,
  options: ApplyOptions,
): Promise<WriteResult> {
  const access = await authorize(context, caller, "patch", target);
  if (target.subresource === undefined) forbidReadOnly(target.kind, "patch");
  const given = readApplied(target, body, options);
  const { object, warnings } = dropUnknown(
    target.kind,
    configuration(target, given),
    options.fieldValidation ?? "Strict",
  );
  const request: WriteRequest = { context, caller, access, target, options, body, warnings };
  return write(request, (current) => planApply(request, object, given, current, options));
}

function planApply(
  request: WriteRequest,
  applied: AnyResource,
  given: GivenObject,
  current: StoredObject | undefined,
  options: ApplyOptions,
): Prepared | undefined {
  const { target, context } = request;
  const live = current === undefined ? undefined : (JSON.parse(current.json) as AnyResource);
  if (current === undefined && (target.subresource !== undefined || given.metadata.resourceVersion)) {
    throw notFound(keyOf(target));
  }
  if (current !== undefined) checkVersion(target, current, given.metadata.resourceVersion);
  const input: ApplyInput = {
    kind: target.kind,
    live,
    applied,
    manager: {
      name: options.fieldManager ?? "",
      time: new Date(context.environment.clock.nowMs()).toISOString(),
      ...subresourceOf(target),
    },
    force: options.force === true,
  };
  return prepareApplied(request, input, applyFields(input));
}

/** Prepared twice: ownership is judged on the object as validation leaves it, defaults and all. */
function prepareApplied(request: WriteRequest, input: ApplyInput, merged: AnyResource): Prepared | undefined {
  const { kind, live } = input;
  const how = writeContext(request, "apply");
  const prepare = (managed: ApplyInput["applied"]["metadata"]["managedFields"] = []): Prepared | undefined =>
    live === undefined
      ? prepareCreate(kind, withoutUid(merged), how, { managedFields: managed })
      : prepareUpdate(kind, live, { ...merged, metadata: { ...merged.metadata, uid: live.metadata.uid } }, how, { ...subresourceOf(request.target), managedFields: managed }); // prettier-ignore
  const next = prepare()?.object as AnyResource | undefined;
  const outcome = applyOwnership(input, next ?? live!);
  if (outcome.conflicts.length > 0) throw applyConflict(request.target, outcome.conflicts);
  return prepare([...outcome.managedFields]);
}

function withoutUid(object: AnyResource): AnyResource {
  const metadata: Partial<AnyResource["metadata"]> = { ...object.metadata };
  delete metadata.uid;
  return { ...object, metadata: metadata as AnyResource["metadata"] };
}

function readApplied(target: Target, body: unknown, options: ApplyOptions): GivenObject {
  const given = readObject(target, body);
  const require = (field: string, en: string, zh: string): ApiError =>
    new ApiError("BadRequest", words(`${field} ${en}`, `${field} ${zh}`), {
      causes: [{ field, reason: "FieldValueInvalid", message: words(en, zh) }],
    });
  if (!options.fieldManager) throw require("fieldManager", "is required for apply: say who owns these fields", "是 apply 的必填参数：请说明由谁管理这些字段"); // prettier-ignore
  if (given["apiVersion"] === undefined) throw require("apiVersion", "is required", "是必填项");
  if (given["kind"] === undefined) throw require("kind", "is required", "是必填项");
  const name = given.metadata.name ?? target.name;
  if (name !== target.name) throw require("metadata.name", `must be "${target.name}" as in the address`, `必须与地址中的“${target.name}”一致`); // prettier-ignore
  const managed: unknown = given.metadata.managedFields;
  if (Array.isArray(managed) && managed.length > 0) throw require("metadata.managedFields", "must be empty when applying", "apply 时必须为空"); // prettier-ignore
  return { ...given, metadata: { ...given.metadata, name } };
}

function configuration(target: Target, given: GivenObject): AnyResource {
  const draft = draftOf(target, given);
  const metadata: Partial<AnyResource["metadata"]> = { ...draft.metadata };
  delete metadata.managedFields;
  delete metadata.uid;
  const status =
    target.subresource === "status" && isRecord(given["status"]) ? { status: given["status"] } : {};
  return {
    ...draft,
    ...status,
    apiVersion: apiVersionOf(target.kind),
    metadata: metadata as AnyResource["metadata"],
  };
}

function applyConflict(target: Target, causes: readonly Cause[]): ApiError {
  const text = (language: keyof Words): string =>
    causes.map((cause) => `${cause.message[language]}: ${cause.field}`).join("; ");
  return new ApiError(
    "Conflict",
    words(
      `Apply failed with ${causes.length} conflict${causes.length === 1 ? "" : "s"}: ${text("en")}; leave these fields out, or force to take them over`,
      `Apply 有 ${causes.length} 处冲突：${text("zh")}；请去掉这些字段，或用 force 接管`,
    ),
    { group: target.kind.group, kind: target.kind.plural, name: target.name, causes },
  );
}
