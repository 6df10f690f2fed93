import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { yunhe } from "../../api/client.ts";

export type UploadStep =
  | { readonly type: "reading"; readonly name: string; readonly part: number }
  | { readonly type: "sending"; readonly name: string; readonly bytes: number };

/** Puts a file into the project under its digest, unless it is there already. Gives the digest. */
export async function upload(project: string, file: File, tell: (step: UploadStep) => void): Promise<string> {
  const digest = await digestOf(file, (part) => tell({ type: "reading", name: file.name, part }));
  if (await yunhe.files.has(project, digest)) return digest;
  tell({ type: "sending", name: file.name, bytes: file.size });
  await yunhe.files.upload(project, digest, file);
  return digest;
}

/** Piece by piece, so that a large file needs no more memory than a small one. */
async function digestOf(file: File, tell: (part: number) => void): Promise<string> {
  const hash = sha256.create();
  let done = 0;
  const reader = file.stream().getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    hash.update(piece.value);
    done += piece.value.byteLength;
    tell(file.size === 0 ? 1 : done / file.size);
  }
  return bytesToHex(hash.digest());
}
