import { createRequire } from "node:module";
import { setFlagsFromString } from "node:v8";
import type * as Cedar from "@cedar-policy/cedar-wasm/nodejs";
import { roleOf } from "../roles.ts";
import { cedarPolicies, cedarRoles } from "./cedar.ts";
import { type Operation, type Standing, standingIndex } from "./question.ts";

export interface Answer {
  readonly allowed: boolean;
  /** Ids of the policies that decided; empty when nothing permits. */
  readonly reasons: readonly string[];
}

export interface PolicyEngine {
  answer(operation: Operation, standing: Standing): Answer;
}

const policyName = "yunhe";

/**
 * Loads Cedar. Each distinct question is asked once and its answer kept: the answer depends on nothing but the
 * question, and there are few of them, so this needs neither invalidation nor a bound.
 */
export function openPolicyEngine(): PolicyEngine {
  const cedar = load();
  const answers = new WeakMap<Operation, Map<number, Answer>>();
  return {
    answer(operation, standing) {
      let known = answers.get(operation);
      if (known === undefined) answers.set(operation, (known = new Map()));
      const index = standingIndex(standing);
      let answer = known.get(index);
      if (answer === undefined) {
        answer = answerOf(cedar.statefulIsAuthorized(callOf(operation, standing)));
        known.set(index, answer);
      }
      return answer;
    },
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
  const parsed = cedar.preparsePolicySet(policyName, { staticPolicies: { ...cedarPolicies } });
  if (parsed.type === "failure")
    throw new Error(`the policies are wrong: ${parsed.errors.map(({ message }) => message).join("; ")}`);
  return cedar;
}

function answerOf(result: Cedar.AuthorizationAnswer): Answer {
  const errors = result.type === "failure" ? result.errors : result.response.diagnostics.errors;
  if (result.type === "failure" || errors.length > 0)
    throw new Error(`Cedar could not decide: ${JSON.stringify(errors)}`);
  const { decision, diagnostics } = result.response;
  return { allowed: decision === "allow", reasons: diagnostics.reason };
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
    preparsedPolicySetId: policyName,
    entities: [
      ...cedarRoles,
      { uid: asker, attrs: {}, parents },
      { uid: object, attrs: {}, parents: [{ type: "Yunhe::Class", id: operation.class }] },
    ],
  };
}
