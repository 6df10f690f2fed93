import type { Lease, LeaseRequest } from "./port.ts";

/**
 * The lease after a request, or undefined while another holds it. Whoever takes a lease that had ended, even the
 * holder from before, gets a new epoch: what it did under the old one may have been overtaken.
 */
export function decideLease(current: Lease | undefined, request: LeaseRequest): Lease | undefined {
  const expiresMs = request.nowMs + request.ttlMs;
  const taken = { name: request.name, holder: request.holder, expiresMs };
  if (current === undefined) return { ...taken, epoch: 1 };
  // An end that lies further ahead than a lease lasts was written before the clock was set back: it would keep
  // everybody out until that time comes again. The epoch keeps whoever may still hold it from harm (C1).
  const ended = current.expiresMs <= request.nowMs || current.expiresMs > expiresMs + request.ttlMs;
  if (ended) return { ...taken, epoch: current.epoch + 1 };
  return current.holder === request.holder ? { ...taken, epoch: current.epoch } : undefined;
}

/** A released lease keeps its epoch, so that the next holder's is higher. Undefined: it was not held any more. */
export function decideRelease(current: Lease | undefined, lease: Lease): Lease | undefined {
  const held = current !== undefined && current.holder === lease.holder && current.epoch === lease.epoch;
  return held ? { ...current, expiresMs: 0 } : undefined;
}
