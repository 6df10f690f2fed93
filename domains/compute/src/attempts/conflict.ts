import { ApiError } from "@yunhe/kernel";

/** Somebody else wrote first: what changed wakes us again, nothing is lost. */
export const isConflict = (error: unknown): boolean =>
  error instanceof ApiError && (error.reason === "Conflict" || error.reason === "AlreadyExists");
