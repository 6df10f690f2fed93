import { ApiError } from "@yunhe/kernel";

/** Somebody else wrote first: what changed wakes us again, nothing is lost. */
export const isConflict = (error: unknown): boolean =>
  error instanceof ApiError && (error.reason === "Conflict" || error.reason === "AlreadyExists");

const unknownOutcomes: readonly string[] = ["Timeout", "ServiceUnavailable", "InternalError"];

/** The store has said no: nothing was written. After any other error the write may have been made, or still be. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof ApiError && !unknownOutcomes.includes(error.reason);
