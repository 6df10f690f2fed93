import type { Words } from "./words.ts";

/** Reasons of the Kubernetes `Status` object, each with its HTTP code. */
export const statusCodes = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  AlreadyExists: 409,
  Conflict: 409,
  Expired: 410,
  RequestEntityTooLarge: 413,
  UnsupportedMediaType: 415,
  Invalid: 422,
  TooManyRequests: 429,
  InternalError: 500,
  ServiceUnavailable: 503,
  Timeout: 504,
  InsufficientStorage: 507,
} as const;

export type StatusReason = keyof typeof statusCodes;

/** One field that is wrong: where (`spec.resources.memory`), why in a machine's word, and in both languages. */
export interface Cause {
  readonly field: string;
  readonly reason:
    | "FieldValueInvalid"
    | "FieldValueRequired"
    | "FieldValueNotSupported"
    | "FieldValueForbidden"
    | "FieldValueDuplicate"
    | "FieldManagerConflict"
    /** client-go lists again when it sees this one. */
    | "ResourceVersionTooLarge"
    | "UnexpectedServerResponse";
  readonly message: Words;
}

export interface ErrorDetails {
  readonly group?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly uid?: string;
  readonly causes?: readonly Cause[];
  readonly retryAfterSeconds?: number;
}

/** The one error that crosses the API's border: it becomes a Kubernetes `Status` and says what, where and what to do. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly reason: StatusReason;
  readonly words: Words;
  readonly details: ErrorDetails;

  constructor(reason: StatusReason, text: Words, details: ErrorDetails = {}, options?: ErrorOptions) {
    super(text.en, options);
    this.reason = reason;
    this.words = text;
    this.details = details;
  }

  get code(): number {
    return statusCodes[this.reason];
  }
}
