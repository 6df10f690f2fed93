/**
 * Promise: a permission costs about a microsecond on the hot path, although Cedar decides it. The peer is Cedar itself,
 * asked anew each time with parsed policies (its code unoptimised, as the control plane loads it to save memory).
 */
import { keyOfKind } from "../kernel/src/index.ts";
import { serviceAccountKind } from "../domains/identity/src/kinds/index.ts";
import { openPolicyEngine } from "../domains/identity/src/policies/engine.ts";
import { openWorld, user } from "../domains/identity/tests/world.ts";

const microseconds = (times: number, run: () => unknown): number => {
  const start = performance.now();
  for (let count = 0; count < times; count += 1) run();
  return ((performance.now() - start) / times) * 1000;
};

const world = await openWorld();
await world.user("ada");
await world.bind(user("ada"), "member", "vision");
const { principal, secret } = await world.token(user("ada"));
const { authorizer } = world.identity;
const kind = keyOfKind(serviceAccountKind);
const request = { principal, verb: "get", kind, namespace: "vision", name: "ci" } as const;
const decide = (): unknown => authorizer.decide(request);
microseconds(200_000, decide);
const decideUs = microseconds(1_000_000, decide);
const signInUs = microseconds(100_000, () => world.identity.authenticate(secret, "api"));

const engine = openPolicyEngine();
const standing = { cluster: 0, local: 2, anywhere: 2, self: false, covers: true, scoped: false } as const;
const cedarUs = microseconds(500, () =>
  // A new operation each time: nothing is remembered of it.
  engine.answer({ class: "work", verb: "get", action: "", status: false }, standing),
);
console.log(`permission: ${decideUs.toFixed(2)} us; promised 1 us: ${(1 / decideUs).toFixed(1)} x`);
console.log(`Cedar asked anew: ${cedarUs.toFixed(0)} us: ${(cedarUs / decideUs).toFixed(0)} x as long`);
console.log(`token to principal: ${signInUs.toFixed(2)} us`);
