import { createHash } from "node:crypto";
import type { BlobStore } from "../../../domains/compute/src/blobs/port.ts";

/** Files that tasks bring and leave, by their digest; they outlive every process of the world. */
export class Blobs implements BlobStore {
  readonly #contents = new Map<string, Buffer>();

  async put(_project: string, content: AsyncIterable<Uint8Array>): ReturnType<BlobStore["put"]> {
    const parts: Uint8Array[] = [];
    for await (const part of content) parts.push(part);
    const bytes = Buffer.concat(parts);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    this.#contents.set(sha256, bytes);
    return { sha256, bytes: bytes.length };
  }

  async stat(_project: string, sha256: string): ReturnType<BlobStore["stat"]> {
    const content = this.#contents.get(sha256);
    return content && { sha256, bytes: content.length };
  }

  path = async (_project: string, sha256: string): Promise<string | undefined> =>
    this.#contents.has(sha256) ? sha256 : undefined;

  /** What stands at a path that {@link Blobs.path} gave. */
  at(path: string): Buffer {
    return this.#contents.get(path) ?? Buffer.alloc(0);
  }
}
