import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { ApiError, keyOfKind, words } from "@yunhe/kernel";
import { taskKind } from "@yunhe/domain-compute";
import type { FileBlobStore } from "../files/blob-store.ts";
import { apiHeaders, type HttpApp, sendJson } from "../http/index.ts";
import { type Ask, type Door, secured, type Visit } from "./secured.ts";

const path = "/yunhe/v1/projects/:project/blobs/:sha256";
const may =
  (verb: "get" | "create"): Ask =>
  ({ parameters }) => ({ verb, kind: keyOfKind(taskKind), namespace: parameters["project"] ?? "" });

/** Inputs up, outputs down: whoever may create tasks in a project may upload, whoever may read them may download. */
export function blobRoutes(door: Door, blobs: FileBlobStore): (app: HttpApp) => void {
  return (app) => {
    secured(app, door, "PUT", path, may("create"), async (visit) => {
      const { project, sha256 } = named(visit);
      const blob = await blobs.put(project, visit.incoming, { sha256 });
      sendJson(visit.outgoing, 201, { ...blob });
    });
    secured(app, door, "GET", `${path}/stat`, may("get"), async (visit) => {
      const { project, sha256 } = named(visit);
      const blob = await blobs.stat(project, sha256);
      sendJson(visit.outgoing, 200, { found: blob !== undefined, ...blob });
    });
    secured(app, door, "GET", path, may("get"), (visit) => download(visit, blobs));
  };
}

async function download(visit: Visit, blobs: FileBlobStore): Promise<void> {
  const { project, sha256 } = named(visit);
  const blob = await blobs.stat(project, sha256);
  const file = await blobs.path(project, sha256);
  if (!blob || file === undefined) throw missing(project, sha256);
  visit.outgoing.writeHead(200, {
    ...apiHeaders,
    "Content-Type": "application/octet-stream",
    "Content-Length": blob.bytes,
    "Content-Disposition": "attachment",
  });
  await pipeline(createReadStream(file), visit.outgoing);
}

function named({ parameters }: Visit): { project: string; sha256: string } {
  const { project = "", sha256 = "" } = parameters;
  if (/^[0-9a-f]{64}$/.test(sha256)) return { project, sha256 };
  throw new ApiError(
    "BadRequest",
    words(
      "The address must end in a SHA-256 digest: 64 lower-case hexadecimal digits.",
      "地址须以 SHA-256 摘要结尾：64 位小写十六进制。",
    ),
  );
}

const missing = (project: string, sha256: string): ApiError =>
  new ApiError(
    "NotFound",
    words(
      `Project ${project} has no content with digest ${sha256}.`,
      `项目 ${project} 中没有摘要为 ${sha256} 的内容。`,
    ),
  );
