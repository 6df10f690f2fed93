import { createHash } from "node:crypto";
import {
  aggregatedDiscovery,
  apiGroup,
  apiGroupList,
  apiResourceList,
  apiVersions,
  type KindIndex,
  openApiDocument,
} from "@yunhe/kernel";
import { discoveryVersion } from "./accept.ts";
import type { ApiRequest } from "./context.ts";
import { sendJson } from "./respond.ts";

export interface ProductVersion {
  readonly version: string;
  readonly gitCommit?: string;
}

interface Document {
  readonly text: string;
  readonly hash: string;
}

/** Discovery, OpenAPI and version. Says whether it answered. */
export type DiscoveryRoute = (request: ApiRequest) => boolean;

/** The documents follow from the kinds alone: made once, on first demand. */
export function discoveryRoutes(kinds: KindIndex, version: ProductVersion): DiscoveryRoute {
  const documents = new Map<string, Document>();
  const documentOf = (group: string): Document => {
    const known = documents.get(group);
    if (known !== undefined) return known;
    const text = JSON.stringify(openApiDocument(group, kinds.groups.get(group) ?? [], version.version));
    const made = { text, hash: createHash("sha256").update(text).digest("hex").slice(0, 32).toUpperCase() };
    documents.set(group, made);
    return made;
  };
  return (request) => answer(request, kinds, version, documentOf);
}

const groupPath = (group: string): string => (group === "" ? "api/v1" : `apis/${group}/v1`);

function answer(
  request: ApiRequest,
  kinds: KindIndex,
  version: ProductVersion,
  documentOf: (group: string) => Document,
): boolean {
  const path = request.url.pathname.replace(/\/$/, "").slice(1);
  const send = (body: Record<string, unknown>, type?: string): boolean => {
    sendJson(request.outgoing, 200, body, type === undefined ? {} : { "Content-Type": type });
    return true;
  };
  const aggregated = discoveryVersion(request.incoming);
  if (path === "api" || path === "apis") {
    if (aggregated !== undefined) {
      const type = `application/json;g=apidiscovery.k8s.io;v=${aggregated};as=APIGroupDiscoveryList`;
      return send(aggregatedDiscovery(kinds, path === "api", `apidiscovery.k8s.io/${aggregated}`), type);
    }
    return send(path === "api" ? apiVersions(request.incoming.headers.host ?? "") : apiGroupList(kinds));
  }
  if (path === "version") return send(versionOf(version));
  if (path === "openapi/v3") return send(index(kinds, documentOf));
  for (const [group, members] of kinds.groups) {
    if (group !== "" && path === `apis/${group}`) return send(apiGroup(group));
    if (path === groupPath(group)) return send(apiResourceList(group, members));
    if (path === `openapi/v3/${groupPath(group)}`) return sendDocument(request, documentOf(group));
  }
  return false;
}

const index = (kinds: KindIndex, documentOf: (group: string) => Document): Record<string, unknown> => ({
  paths: Object.fromEntries(
    [...kinds.groups.keys()].map((group) => {
      const path = groupPath(group);
      return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${documentOf(group).hash}` }];
    }),
  ),
});

/** A document asked for by its hash never changes: clients may keep it. */
function sendDocument(request: ApiRequest, { text, hash }: Document): true {
  const fixed = request.url.searchParams.get("hash") === hash;
  sendJson(request.outgoing, 200, text, {
    ETag: `"${hash}"`,
    ...(fixed ? { "Cache-Control": "private, immutable, max-age=31536000" } : {}),
  });
  return true;
}

/** Clients compare `major.minor` with their own: that of the Kubernetes whose conventions these are. */
const versionOf = ({ version, gitCommit }: ProductVersion): Record<string, unknown> => ({
  major: "1",
  minor: "32",
  gitVersion: `v1.32.0+yunhe-${version}`,
  gitCommit: gitCommit ?? "",
  gitTreeState: "clean",
  buildDate: "",
  goVersion: "",
  compiler: "node",
  platform: `${process.platform}/${process.arch}`,
});
