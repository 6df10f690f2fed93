import { ApiError } from "../errors.ts";
import type { Revision } from "../resource.ts";
import { isRecord } from "../validation/paths.ts";
import { words } from "../words.ts";

/** Where the next page of a list starts: the snapshot and the last object seen. Opaque to clients. */
export const encodeContinue = (revision: Revision, last: { namespace: string; name: string }): string =>
  Buffer.from(JSON.stringify({ v: 1, rv: revision, ns: last.namespace, n: last.name })).toString("base64url");

/** Throws BadRequest on what {@link encodeContinue} did not make. */
export function decodeContinue(token: string): { at: Revision; after: { namespace: string; name: string } } {
  const parsed = parse(token);
  if (
    isRecord(parsed) &&
    Number.isSafeInteger(parsed["rv"]) &&
    Number(parsed["rv"]) >= 0 &&
    typeof parsed["ns"] === "string" &&
    typeof parsed["n"] === "string"
  ) {
    return { at: Number(parsed["rv"]), after: { namespace: parsed["ns"], name: parsed["n"] } };
  }
  const message = words("must be the token that the previous page gave", "必须是上一页给出的令牌");
  throw new ApiError("BadRequest", words(`continue: ${message.en}`, `continue：${message.zh}`), {
    causes: [{ field: "continue", reason: "FieldValueInvalid", message }],
  });
}

function parse(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}
