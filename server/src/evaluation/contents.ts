import { readFile } from "node:fs/promises";
import type { Contents } from "@yunhe/domain-evaluation";
import type { FileBlobStore } from "../files/blob-store.ts";

/** The evaluation's contents are blobs of their project, as files of tasks are. */
export const blobContents = (blobs: FileBlobStore): Contents => ({
  put: (project, bytes) => blobs.put(project, once(bytes)),
  async read(project, sha256) {
    const path = await blobs.path(project, sha256);
    return path === undefined ? undefined : readFile(path);
  },
});

// oxlint-disable-next-line typescript/require-await -- a stream of one part
async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
