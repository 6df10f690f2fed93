import { ApiError } from "../errors.ts";
import { apiVersionOf } from "../kind.ts";
import { prepareUpdate } from "../prepare.ts";
import type { AnyResource } from "../resource.ts";
import { isRecord } from "../validation/paths.ts";
import { words, type Words } from "../words.ts";
import { authorize } from "./access.ts";
import { dropUnknown, readObject } from "./body.ts";
import { write, writeContext, type WriteRequest } from "./commit.ts";
import { jsonPatch } from "./json-patch.ts";
import { mergePatch } from "./merge-patch.ts";
import type { ApiContext, Caller, Target, WriteOptions, WriteResult } from "./types.ts";
import { checkVersion, currentOf, forbidReadOnly, subresourceOf } from "./update.ts";

export type PatchType = "merge" | "json";

/** Changes an object (or its status) by a JSON merge patch (RFC 7386) or a JSON patch (RFC 6902). */
export async function patch(
  context: ApiContext,
  caller: Caller,
  target: Target,
  type: PatchType,
  body: unknown,
  options: WriteOptions = {},
): Promise<WriteResult> {
  const access = await authorize(context, caller, "patch", target);
  if (target.subresource === undefined) forbidReadOnly(target.kind, "patch");
  if (type === "merge" && !isRecord(body)) {
    throw new ApiError("BadRequest", words("a merge patch must be an object", "merge patch 必须是对象"));
  }
  const warnings: Words[] = [];
  const request: WriteRequest = { context, caller, access, target, options, body, warnings };
  return write(request, (current) => {
    const previous = currentOf(target, current);
    const changed = type === "merge" ? mergePatch(previous, body) : jsonPatch(previous, body);
    const given = readObject(target, changed);
    checkVersion(target, current!, given.metadata.resourceVersion);
    const asked = {
      ...given,
      apiVersion: apiVersionOf(target.kind),
      kind: target.kind.kind,
    } as unknown as AnyResource;
    const mode = target.subresource === "status" ? "Strict" : (options.fieldValidation ?? "Strict");
    const { object, warnings: found } = dropUnknown(target.kind, asked, mode);
    warnings.splice(0, warnings.length, ...found);
    return prepareUpdate(target.kind, previous, object, writeContext(request), subresourceOf(target));
  });
}
