import { createRequire } from "node:module";
import { setFlagsFromString } from "node:v8";
import type * as Cedar from "@cedar-policy/cedar-wasm/nodejs";
import { roleOf } from "../roles.ts";
import { cedarEntities, cedarPolicies, cedarSchema } from "./cedar.ts";
import { type Operation, type Standing, standingIndex } from "./question.ts";

/** Answers one question, and why not. */
export interface PolicyEngine {
  allows(operation: Operation, standing: Standing): boolean;
  /** Ids of the policies that decided; empty when nothing permits. */
  reasons(operation: Operation, standing: Standing): readonly string[];
}

const policyName = "yunhe";

/**
 * Loads Cedar. Each distinct question is asked once and its answer kept: the answer depends on nothing but the
 * question, and there are few of them, so this needs neither invalidation nor a bound.
 */
export function openPolicyEngine(): PolicyEngine {
  const cedar = load();
  const ask = (operation: Operation, standing: Standing): Cedar.Response =>
    answer(cedar.statefulIsAuthorized(callOf(operation, standing)));
  const answers = new WeakMap<Operation, Map<number, boolean>>();
  return {
    allows(operation, standing) {
      let known = answers.get(operation);
      if (known === undefined) answers.set(operation, (known = new Map()));
      const index = standingIndex(standing);
      let allowed = known.get(index);
      if (allowed === undefined) {
        allowed = ask(operation, standing).decision === "allow";
        known.set(index, allowed);
      }
      return allowed;
    },
    reasons: (operation, standing) => ask(operation, standing).diagnostics.reason,
  };
}

/**
 * V8 would soon compile the hot parts of Cedar again with its optimising compiler, which costs 50 MB of memory for
 * good; with a few dozen questions in a process's life that never pays. The budget is read when the module is
 * instantiated and put back for whatever WebAssembly is loaded later.
 */
function load(): typeof Cedar {
  const require = createRequire(import.meta.url);
  setFlagsFromString("--wasm-tiering-budget=1000000000");
  const cedar = require("@cedar-policy/cedar-wasm/nodejs") as typeof Cedar;
  setFlagsFromString("--wasm-tiering-budget=13000000");
  must(
    cedar.validate({
      validationSettings: { mode: "strict" },
      schema: cedarSchema,
      policies: { staticPolicies: { ...cedarPolicies } },
    }),
  );
  must(cedar.preparseSchema(policyName, cedarSchema));
  must(cedar.preparsePolicySet(policyName, { staticPolicies: { ...cedarPolicies } }));
  return cedar;
}

function must(result: Cedar.CheckParseAnswer | Cedar.ValidationAnswer): void {
  const errors =
    result.type === "failure"
      ? result.errors
      : "validationErrors" in result
        ? result.validationErrors.map(({ policyId, error }) => ({ message: `${policyId}: ${error.message}` }))
        : [];
  if (errors.length > 0)
    throw new Error(`the policies are wrong: ${errors.map(({ message }) => message).join("; ")}`);
}

function answer(result: Cedar.AuthorizationAnswer): Cedar.Response {
  const errors = result.type === "failure" ? result.errors : result.response.diagnostics.errors;
  if (result.type === "failure" || errors.length > 0)
    throw new Error(`Cedar could not decide: ${JSON.stringify(errors)}`);
  return result.response;
}

function callOf(operation: Operation, standing: Standing): Cedar.StatefulAuthorizationCall {
  const held = [
    ["ClusterRole", standing.cluster],
    ["ProjectRole", standing.local],
    ["AnyRole", standing.anywhere],
  ] as const;
  const parents = held
    .filter(([, rank]) => rank > 0)
    .map(([type, rank]) => ({ type: `Yunhe::${type}`, id: roleOf(rank)! }));
  const asker = { type: "Yunhe::Asker", id: "asker" };
  const object = { type: "Yunhe::Object", id: "object" };
  const { status, action } = operation;
  const { self, covers, scoped } = standing;
  return {
    principal: asker,
    action: { type: "Yunhe::Action", id: operation.verb },
    resource: object,
    context: { self, covers, scoped, status, action },
    preparsedSchemaName: policyName,
    validateRequest: true,
    preparsedPolicySetId: policyName,
    entities: [
      ...cedarEntities,
      { uid: asker, attrs: {}, parents },
      { uid: object, attrs: {}, parents: [{ type: "Yunhe::Class", id: operation.class }] },
    ],
  };
}
