import { type AnyKind, apiVersionOf } from "../../kind.ts";
import { verbsOf } from "../kind-index.ts";
import { hasStatus } from "./discovery.ts";
import { kindSchema, listSchema, openApiSchema, schemaName } from "./kind-schema.ts";
import { metaPrefix, metaSchemas, refTo } from "./meta-schemas.ts";

type Json = Record<string, unknown>;

/** The OpenAPI 3.0 document of one group (`/openapi/v3/apis/GROUP/v1`, the core group's `/openapi/v3/api/v1`). */
export function openApiDocument(group: string, kinds: readonly AnyKind[], productVersion: string): Json {
  const schemas: Json = { ...metaSchemas() };
  const paths: Json = {};
  for (const kind of kinds) {
    schemas[schemaName(kind)] = kindSchema(kind);
    schemas[schemaName(kind, `${kind.kind}List`)] = listSchema(kind);
    Object.assign(paths, pathsOf(kind));
  }
  return {
    openapi: "3.0.0",
    info: { title: "Yunhe", version: productVersion },
    paths,
    components: {
      schemas,
      securitySchemes: {
        BearerToken: { type: "http", scheme: "bearer", description: "An API token of Yunhe." },
      },
    },
    security: [{ BearerToken: [] }],
  };
}

export const rootOf = (kind: Pick<AnyKind, "group" | "version">): string =>
  kind.group === "" ? `/api/${kind.version}` : `/apis/${apiVersionOf(kind)}`;

const query = (
  name: string,
  type: "string" | "integer" | "boolean",
  description: string,
  choices?: readonly string[],
): Json => ({
  name,
  in: "query",
  description,
  schema: { type, uniqueItems: true, ...(choices === undefined ? {} : { enum: choices }) },
});
const inPath = (name: string, description: string): Json => ({
  name,
  in: "path",
  required: true,
  description,
  schema: { type: "string", uniqueItems: true },
});

const selecting = [
  query("labelSelector", "string", "Labels to select by: app=web, tier in (a,b), !old."),
  query("fieldSelector", "string", "Fields to select by: metadata.name=x, status.phase!=Running."),
];
const listing = [
  ...selecting,
  query("limit", "integer", "At most so many; the rest follows with continue."),
  query("continue", "string", "Token of the next page."),
  query("resourceVersion", "string", "Not older than this revision, or from it on when watching."),
  query("resourceVersionMatch", "string", "Exact or NotOlderThan.", ["Exact", "NotOlderThan"]),
  query("watch", "boolean", "Follow changes instead of listing."),
  query("allowWatchBookmarks", "boolean", "Tell from time to time how far the watch is."),
  query("sendInitialEvents", "boolean", "Begin a watch with what is there."),
  query("timeoutSeconds", "integer", "End the watch after so long."),
];
const writing = [
  query("dryRun", "string", "All: check everything, store nothing.", ["All"]),
  query("fieldManager", "string", "Who sets these fields."),
  query("fieldValidation", "string", "What to do about unknown fields: Strict (default), Warn or Ignore.", [
    "Strict",
    "Warn",
    "Ignore",
  ]),
];
const policies = ["Background", "Foreground", "Orphan"];
const deleting = [
  query("dryRun", "string", "All: check everything, store nothing.", ["All"]),
  query("propagationPolicy", "string", "Background, Foreground or Orphan.", policies),
  query("gracePeriodSeconds", "integer", "Accepted and ignored."),
];

const content = (schema: Json, types: readonly string[] = ["application/json"]): Json =>
  Object.fromEntries(types.map((type) => [type, { schema }]));

interface Operation {
  readonly kind: AnyKind;
  readonly id: string;
  readonly action: string;
  readonly parameters?: readonly Json[];
  readonly body?: Json;
  readonly answer: Json;
}

const operation = ({ kind, id, action, parameters = [], body, answer }: Operation): Json => ({
  operationId: id,
  tags: [kind.group === "" ? "core_v1" : kind.group],
  parameters,
  ...(body === undefined
    ? {}
    : { requestBody: { required: action !== "delete" && action !== "deletecollection", content: body } }),
  responses: {
    200: { description: "OK", content: content(answer) },
    default: { description: "Error", content: content(refTo(`${metaPrefix}.Status`)) },
  },
  "x-kubernetes-action": action,
  "x-kubernetes-group-version-kind": { group: kind.group, version: kind.version, kind: kind.kind },
});

function pathsOf(kind: AnyKind): Json {
  const namespaced = kind.scope === "Namespaced";
  const place = namespaced
    ? `${rootOf(kind)}/namespaces/{namespace}/${kind.plural}`
    : `${rootOf(kind)}/${kind.plural}`;
  const around = namespaced ? [inPath("namespace", "The project.")] : [];
  const one = [...around, inPath("name", `Name of the ${kind.kind}.`)];
  const paths: Json = {
    [place]: { parameters: around, ...collectionOperations(kind) },
    [`${place}/{name}`]: { parameters: one, ...objectOperations(kind, kind.kind) },
  };
  if (namespaced)
    paths[`${rootOf(kind)}/${kind.plural}`] = {
      get: listOperation(kind, `list${kind.kind}ForAllNamespaces`),
    };
  if (hasStatus(kind)) paths[`${place}/{name}/status`] = { parameters: one, ...statusOperations(kind) };
  for (const [name, action] of Object.entries(kind.actions)) {
    const acting = operation({
      kind,
      id: `${name}${kind.kind}`,
      action: "connect",
      body: content(openApiSchema(action.input)),
      answer: {},
    });
    paths[`${place}/{name}/${name}`] = { parameters: one, post: { ...acting, description: action.description.en, "x-yunhe-zh": action.description.zh, "x-yunhe-words": action.words } }; // prettier-ignore
  }
  return paths;
}

const listOperation = (kind: AnyKind, id: string): Json =>
  operation({
    kind,
    id,
    action: "list",
    parameters: listing,
    answer: refTo(schemaName(kind, `${kind.kind}List`)),
  });

function collectionOperations(kind: AnyKind): Json {
  const self = refTo(schemaName(kind));
  const gone = refTo(schemaName(kind, `${kind.kind}List`));
  const body = content(refTo(`${metaPrefix}.DeleteOptions`));
  return {
    get: listOperation(kind, `list${kind.kind}`),
    delete: operation({ kind, id: `deleteCollection${kind.kind}`, action: "deletecollection", parameters: [...selecting, ...deleting], body, answer: gone }),
    ...(verbsOf(kind).includes("create")
      ? { post: operation({ kind, id: `create${kind.kind}`, action: "post", parameters: writing, body: content(self, ["application/json", "application/yaml"]), answer: self }) }
      : {}),
  }; // prettier-ignore
}

const patchTypes = [
  "application/merge-patch+json",
  "application/json-patch+json",
  "application/apply-patch+yaml",
];

function writeOperations(kind: AnyKind, id: string): Json {
  const self = refTo(schemaName(kind));
  const force = query("force", "boolean", "Take fields that other managers own (apply only).");
  return {
    put: operation({ kind, id: `replace${id}`, action: "put", parameters: writing, body: content(self), answer: self }),
    patch: operation({ kind, id: `patch${id}`, action: "patch", parameters: [...writing, force], body: content(refTo(`${metaPrefix}.Patch`), patchTypes), answer: self }),
  }; // prettier-ignore
}

function objectOperations(kind: AnyKind, id: string): Json {
  return {
    get: operation({ kind, id: `read${id}`, action: "get", answer: refTo(schemaName(kind)) }),
    ...(kind.readOnly ? {} : writeOperations(kind, id)),
    delete: operation({ kind, id: `delete${id}`, action: "delete", parameters: deleting, body: content(refTo(`${metaPrefix}.DeleteOptions`)), answer: refTo(`${metaPrefix}.Status`) }),
  }; // prettier-ignore
}

const statusOperations = (kind: AnyKind): Json => ({
  get: operation({ kind, id: `read${kind.kind}Status`, action: "get", answer: refTo(schemaName(kind)) }),
  ...writeOperations(kind, `${kind.kind}Status`),
});
