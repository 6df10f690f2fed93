import { ApiError } from "../errors.ts";
import { prepareCreate } from "../prepare.ts";
import type { AnyResource, Uid } from "../resource.ts";
import { words } from "../words.ts";
import { authorize } from "./access.ts";
import { dropUnknown, type GivenObject, readObject } from "./body.ts";
import { replay, settle, writeContext, type WriteRequest } from "./commit.ts";
import type { ApiContext, Caller, Collection, WriteOptions, WriteResult } from "./types.ts";
import { forbidReadOnly } from "./update.ts";

const triesToFindAName = 8;

/** Creates one object; `metadata.generateName` finds a free name. */
export async function create(
  context: ApiContext,
  caller: Caller,
  collection: Collection,
  body: unknown,
  options: WriteOptions = {},
): Promise<WriteResult> {
  const given = readObject(collection, body);
  const name = given.metadata.name ?? "";
  const access = await authorize(
    context,
    caller,
    "create",
    name === "" ? collection : { ...collection, name },
  );
  forbidReadOnly(collection.kind, "create");
  checkNew(given);
  const { object, warnings } = dropUnknown(
    collection.kind,
    draftOf(collection, given),
    options.fieldValidation ?? "Strict",
  );
  const request: WriteRequest = {
    context,
    caller,
    access,
    target: { ...collection, name },
    options,
    body,
    warnings,
  };
  return (await replay(request)) ?? attempt(request, object);
}

async function attempt(request: WriteRequest, object: AnyResource): Promise<WriteResult> {
  const { kind } = request.target;
  for (let tries = 1; ; tries += 1) {
    try {
      return await settle(request, prepareCreate(kind, object, writeContext(request, "create")), undefined);
    } catch (error) {
      const taken = error instanceof ApiError && error.reason === "AlreadyExists" && !object.metadata.name;
      if (!taken || tries === triesToFindAName) throw error;
    }
  }
}

function checkNew(given: GivenObject): void {
  if (!given.metadata.resourceVersion) return;
  const message = words("must not be set on an object to be created", "新建对象时不能设置");
  throw new ApiError(
    "BadRequest",
    words(`metadata.resourceVersion ${message.en}`, `metadata.resourceVersion ${message.zh}`),
    {
      causes: [{ field: "metadata.resourceVersion", reason: "FieldValueForbidden", message }],
    },
  );
}

/** What people write: everything but the status and the system's metadata. */
export function draftOf({ kind, namespace }: Collection, given: GivenObject): AnyResource {
  const { status: _ignored, ...rest } = given;
  const metadata = { ...given.metadata };
  delete metadata.uid;
  delete metadata.resourceVersion;
  if (kind.scope === "Namespaced") metadata.namespace = namespace;
  return { ...rest, apiVersion: "", kind: kind.kind, metadata: { ...metadata, name: metadata.name ?? "", uid: undefined as unknown as Uid } } as AnyResource; // prettier-ignore
}
