import { ApiError, words } from "@yunhe/kernel";

/** The body as a whole is wrong; says how. */
export const badBody = (en: string, zh: string, cause?: unknown): ApiError =>
  new ApiError(
    "BadRequest",
    words(`body: ${en}`, `请求体：${zh}`),
    { causes: [{ field: "body", reason: "FieldValueInvalid", message: words(en, zh) }] },
    { cause },
  );
