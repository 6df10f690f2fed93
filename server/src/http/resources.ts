import {
  type AnyKind,
  ApiError,
  hasStatus,
  type ListQuery,
  parseSelection,
  readDeleteOptions,
  type Target,
  words,
} from "@yunhe/kernel";
import { type ApiRequest, bodyOf, mediaTypeOf } from "./context.ts";
import { parseJsonBody, parseYamlBody } from "./parse-body.ts";
import { protobufType } from "./protobuf.ts";
import { choiceParameter, flagParameter, numberParameter, textParameter, writeOptions } from "./query.ts";
import { readBody } from "./read-body.ts";
import { formOf } from "./form.ts";
import { listText, oneText } from "./represent.ts";
import type { ResourcePath } from "./request-info.ts";
import { notFoundPath, sendJson, success, warningHeaders } from "./respond.ts";
import type { ServedKind } from "./view.ts";
import { openWatch } from "./watch-route.ts";
import type { WriteResult } from "@yunhe/kernel";

/** Answers one request about the objects of a kind. */
export async function serveResource(
  request: ApiRequest,
  served: ServedKind,
  path: ResourcePath,
): Promise<void> {
  checkScope(served.stored, path, request.url.pathname);
  if (path.name === undefined) return serveCollection(request, served, path);
  const target: Target = { kind: served.stored, namespace: path.namespace, name: path.name };
  if (path.subresource === undefined) return serveObject(request, served, target);
  if (path.subresource === "status" && hasStatus(served.stored)) {
    return serveObject(request, served, { ...target, subresource: "status" });
  }
  return serveAction(request, target, path.subresource);
}

function checkScope(kind: AnyKind, path: ResourcePath, pathname: string): void {
  const cluster = kind.scope === "Cluster";
  const wantsNamespace = !cluster && path.name !== undefined;
  if ((cluster && path.namespace !== "") || (wantsNamespace && path.namespace === ""))
    throw notFoundPath(pathname);
}

const methodNotAllowed = (request: ApiRequest, allowed: string): ApiError =>
  new ApiError(
    "MethodNotAllowed",
    words(
      `${request.incoming.method} is not possible at ${request.url.pathname}; possible: ${allowed}`,
      `${request.url.pathname} 不支持 ${request.incoming.method}；支持：${allowed}`,
    ),
  );

async function serveCollection(request: ApiRequest, served: ServedKind, path: ResourcePath): Promise<void> {
  const { url, incoming } = request;
  const collection = { kind: served.stored, namespace: path.namespace };
  switch (incoming.method ?? "GET") {
    case "HEAD":
    case "GET":
      if (flagParameter(url, "watch") === true) return openWatch(request, served, collection);
      return sendList(request, served, collection);
    case "POST": {
      if (served.stored.scope === "Namespaced" && path.namespace === "")
        throw methodNotAllowed(request, "GET");
      const body = accepted(served, await objectBody(request));
      return sendWrite(
        request,
        served,
        await request.api.create(request.caller, collection, body, writeOptions(request)),
      );
    }
    case "DELETE":
      return deleteCollection(request, served, collection);
    default:
      throw methodNotAllowed(request, "GET, POST, DELETE");
  }
}

export function queryOf({ url }: ApiRequest, collection: { kind: AnyKind; namespace: string }): ListQuery {
  const limit = numberParameter(url, "limit");
  const token = textParameter(url, "continue");
  const version = textParameter(url, "resourceVersion");
  const match = choiceParameter(url, "resourceVersionMatch", ["Exact", "NotOlderThan"]);
  return {
    ...collection,
    selection: parseSelection(
      collection.kind,
      textParameter(url, "labelSelector"),
      textParameter(url, "fieldSelector"),
    ),
    ...(limit === undefined ? {} : { limit }),
    ...(token === undefined ? {} : { continue: token }),
    ...(version === undefined ? {} : { resourceVersion: version }),
    ...(match === undefined ? {} : { resourceVersionMatch: match }),
  };
}

async function sendList(
  request: ApiRequest,
  served: ServedKind,
  collection: { kind: AnyKind; namespace: string },
): Promise<void> {
  const form = formOf(request, served);
  const found = await request.api.list(request.caller, queryOf(request, collection));
  const meta = {
    resourceVersion: String(found.revision),
    ...(found.continue === undefined ? {} : { continue: found.continue }),
  };
  sendJson(request.outgoing, 200, listText(form, found.items.map(({ json }) => json), meta)); // prettier-ignore
}

async function deleteCollection(
  request: ApiRequest,
  served: ServedKind,
  collection: { kind: AnyKind; namespace: string },
): Promise<void> {
  const options = await deleteOptions(request);
  const removed = await request.api.deleteCollection(request.caller, queryOf(request, collection), options);
  const meta = { resourceVersion: String(removed.revision) };
  sendJson(
    request.outgoing,
    200,
    listText({ ...formOf(request, served), representation: "Object" }, removed.items, meta),
  );
}

async function deleteOptions(request: ApiRequest): Promise<ReturnType<typeof readDeleteOptions>> {
  const { url } = request;
  const policy = choiceParameter(url, "propagationPolicy", ["Background", "Foreground", "Orphan"]);
  const shared = writeOptions(request);
  const body = readDeleteOptions(await bodyOf(request));
  return {
    ...shared,
    ...body,
    ...(policy === undefined ? {} : { propagationPolicy: policy }),
    dryRun: shared.dryRun === true || body.dryRun === true,
  };
}

async function serveObject(request: ApiRequest, served: ServedKind, target: Target): Promise<void> {
  const { api, caller, incoming, outgoing } = request;
  switch (incoming.method ?? "GET") {
    case "HEAD":
    case "GET": {
      if (flagParameter(request.url, "watch") === true) throw methodNotAllowed(request, "GET of the collection with fieldSelector=metadata.name=NAME&watch=true"); // prettier-ignore
      const form = formOf(request, served);
      return sendJson(outgoing, 200, oneText(form, (await api.get(caller, target)).json));
    }
    case "PUT": {
      const body = accepted(served, await objectBody(request));
      return sendWrite(request, served, await api.update(caller, target, body, writeOptions(request)));
    }
    case "PATCH":
      return sendWrite(request, served, await patchObject(request, served, target));
    case "DELETE":
      if (target.subresource !== undefined) throw methodNotAllowed(request, "GET, PUT, PATCH");
      return deleteObject(request, served, target);
    default:
      throw methodNotAllowed(request, "GET, PUT, PATCH, DELETE");
  }
}

async function patchObject(request: ApiRequest, served: ServedKind, target: Target): Promise<WriteResult> {
  const { api, caller, incoming, url } = request;
  const type = mediaTypeOf(incoming);
  const options = writeOptions(request);
  const core = served.shown.group === "";
  switch (type) {
    case "application/apply-patch+yaml": {
      const manager = textParameter(url, "fieldManager");
      const body = accepted(served, parseYamlBody(await readBody(incoming)));
      const { fieldManager: _agent, ...rest } = options;
      const force = flagParameter(url, "force") === true;
      return api.apply(caller, target, body, {
        ...rest,
        force,
        ...(manager === undefined ? {} : { fieldManager: manager }),
      });
    }
    case "application/json-patch+json":
      return api.patch(caller, target, "json", parseJsonBody(await readBody(incoming)), options);
    case "application/strategic-merge-patch+json":
      // kubectl sends it for the kinds it is compiled with; those here have no lists that merge.
      if (!core) throw wrongPatchType(type);
      return api.patch(
        caller,
        target,
        "merge",
        accepted(served, parseJsonBody(await readBody(incoming))),
        options,
      );
    case "application/merge-patch+json":
      return api.patch(
        caller,
        target,
        "merge",
        accepted(served, parseJsonBody(await readBody(incoming))),
        options,
      );
    default:
      throw wrongPatchType(type);
  }
}

const wrongPatchType = (type: string): ApiError =>
  new ApiError(
    "UnsupportedMediaType",
    words(
      `a patch cannot be "${type}"; use application/merge-patch+json, application/json-patch+json or application/apply-patch+yaml`,
      `补丁类型不能是“${type}”；请用 application/merge-patch+json、application/json-patch+json 或 application/apply-patch+yaml`,
    ),
  );

const objectTypes = new Set([
  "",
  "application/json",
  "application/yaml",
  "application/x-yaml",
  "text/yaml",
  protobufType,
]);

async function objectBody(request: ApiRequest): Promise<unknown> {
  const type = mediaTypeOf(request.incoming);
  if (!objectTypes.has(type)) {
    throw new ApiError(
      "UnsupportedMediaType",
      words(
        `a body cannot be "${type}"; use application/json or application/yaml`,
        `请求体类型不能是“${type}”；请用 application/json 或 application/yaml`,
      ),
    );
  }
  return bodyOf(request);
}

const accepted = (served: ServedKind, body: unknown): unknown =>
  served.accept !== undefined && typeof body === "object" && body !== null && !Array.isArray(body)
    ? served.accept(body as Record<string, unknown>)
    : body;

function sendWrite(request: ApiRequest, served: ServedKind, result: WriteResult): void {
  const headers = {
    ...warningHeaders(result.warnings),
    ...(result.replayed ? { "Idempotency-Replayed": "true" } : {}),
  };
  sendJson(
    request.outgoing,
    result.created ? 201 : 200,
    oneText(formOf(request, served), result.json),
    headers,
  );
}

async function deleteObject(request: ApiRequest, served: ServedKind, target: Target): Promise<void> {
  const options = await deleteOptions(request);
  const result = await request.api.delete(request.caller, target, options);
  if (!result.gone) return sendWrite(request, served, result);
  const details = {
    name: target.name,
    group: served.shown.group,
    kind: served.shown.plural,
    uid: result.uid,
  };
  sendJson(request.outgoing, 200, success(details));
}

async function serveAction(request: ApiRequest, target: Target, action: string): Promise<void> {
  if (request.incoming.method !== "POST") {
    if (Object.hasOwn(target.kind.actions, action)) throw methodNotAllowed(request, "POST");
    throw notFoundPath(request.url.pathname);
  }
  const result = await request.api.act(
    request.caller,
    target,
    action,
    await bodyOf(request),
    writeOptions(request),
  );
  sendJson(
    request.outgoing,
    200,
    isObject(result) ? result : success({ name: target.name, kind: target.kind.plural }),
  );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
