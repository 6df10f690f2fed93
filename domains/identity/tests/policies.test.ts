import assert from "node:assert/strict";
import { test } from "node:test";
import * as cedar from "@cedar-policy/cedar-wasm/nodejs";
import type { Verb } from "@yunhe/kernel";
import * as fc from "fast-check";
import { cedarPolicies, cedarSchema } from "../src/policies/cedar.ts";
import { type Class, classes } from "../src/policies/classes.ts";
import { openPolicyEngine } from "../src/policies/engine.ts";
import { type Operation, type Standing, standingCount, standingIndex } from "../src/policies/question.ts";
import { permissions } from "../src/policies/table.ts";
import { type Rank, rankOf, type Role, roles } from "../src/roles.ts";

const engine = openPolicyEngine();
const allows = (operation: Operation, standing: Standing): boolean =>
  engine.answer(operation, standing).allowed;
const verbs: readonly Verb[] = [
  "get",
  "list",
  "watch",
  "create",
  "update",
  "patch",
  "delete",
  "deletecollection",
];
const actions = ["issue-token", "sign-in-link", "revoke", "cancel"];
const ranks: readonly Rank[] = [0, 1, 2, 3, 4];

const operations: readonly Operation[] = classes.flatMap((of) => [
  ...verbs.flatMap((verb) =>
    [false, true].map((status): Operation => ({ class: of, verb, action: "", status })),
  ),
  ...actions.map((action): Operation => ({ class: of, verb: "act", action, status: false })),
]);

const standings: readonly Standing[] = ranks.flatMap((anywhere) =>
  ranks
    .filter((local) => local <= anywhere)
    .flatMap((local) =>
      ranks
        .filter((cluster) => cluster <= local)
        .flatMap((cluster) =>
          [false, true].flatMap((self) =>
            [false, true].flatMap((covers) =>
              [false, true].map((scoped): Standing => ({ cluster, local, anywhere, self, covers, scoped })),
            ),
          ),
        ),
    ),
);

/** The role table read by hand, without Cedar. */
function tableSays(operation: Operation, standing: Standing): boolean {
  const changing = !["get", "list", "watch"].includes(operation.verb);
  if (operation.status && changing && standing.cluster < 4) return false;
  if (operation.verb === "act" && operation.class === "account" && !standing.covers) return false;
  const guarded = ["project", "access", "account", "token"].includes(operation.class);
  if (standing.scoped && changing && guarded) return false;
  return permissions.some(({ classes: of, verbs: may, actions: which, to }) => {
    if (!of.includes(operation.class) || !may.includes(operation.verb)) return false;
    if (which !== undefined && !which.includes(operation.action)) return false;
    if (to.type === "self") return standing.self;
    const held = { project: standing.local, cluster: standing.cluster, anywhere: standing.anywhere };
    return held[to.held] >= rankOf(to.role);
  });
}

const describe = (operation: Operation, standing: Standing): string =>
  `${JSON.stringify(operation)} ${JSON.stringify(standing)}`;

test("the policies are right by their schema, in Cedar's strict mode", () => {
  const check = (staticPolicies: Record<string, string>): readonly unknown[] => {
    const result = cedar.validate({
      validationSettings: { mode: "strict" },
      schema: cedarSchema,
      policies: { staticPolicies },
    });
    return result.type === "failure"
      ? result.errors
      : [...result.validationErrors, ...result.validationWarnings];
  };
  assert.deepEqual(check({ ...cedarPolicies }), []);
  const misspelt = { wrong: 'permit (principal in Yunhe::ClusterRoles::"admin", action, resource);' };
  assert.notDeepEqual(check(misspelt), []);
});

test("Cedar decides as the role table says, for every operation and every holding of roles", () => {
  for (const operation of operations.filter(({ status }) => !status))
    for (const standing of standings.filter(({ self, covers, scoped }) => covers && !self && !scoped))
      assert.equal(
        allows(operation, standing),
        tableSays(operation, standing),
        describe(operation, standing),
      );
});

test("Cedar decides as the role table says, whoever owns the object and whatever the token is", () => {
  fc.assert(
    fc.property(fc.constantFrom(...operations), fc.constantFrom(...standings), (operation, standing) => {
      assert.equal(allows(operation, standing), tableSays(operation, standing));
    }),
    { numRuns: 2000 },
  );
});

test("a stronger role never takes anything away", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...operations),
      fc.constantFrom(...standings),
      fc.constantFrom(...standings),
      (operation, weak, strong) => {
        fc.pre(
          strong.cluster >= weak.cluster && strong.local >= weak.local && strong.anywhere >= weak.anywhere,
        );
        const same = { self: weak.self, covers: weak.covers, scoped: weak.scoped };
        if (allows(operation, weak)) assert.ok(allows(operation, { ...strong, ...same }));
      },
    ),
    { numRuns: 1000 },
  );
});

test("no two holdings share a number under which answers are kept", () => {
  const numbers = standings.map(standingIndex);
  assert.equal(new Set(numbers).size, standings.length);
  assert.ok(numbers.every((number) => number >= 0 && number < standingCount));
});

/** Written out, so that a slip in the table itself is seen: the weakest role in a project that may do it. */
const weakestInProject: Readonly<Record<Class, Partial<Record<"get" | "create" | "delete" | "act", Role>>>> =
  {
    work: { get: "viewer", create: "member", delete: "member", act: "member" },
    record: { get: "viewer", act: "member" },
    fleet: { get: "viewer", create: "operator", delete: "operator", act: "operator" },
    project: { get: "viewer", act: "admin" },
    access: { get: "viewer", create: "admin", delete: "admin" },
    account: { get: "viewer", create: "admin", delete: "admin", act: "admin" },
    token: { get: "admin", delete: "admin", act: "admin" },
    audit: { get: "admin" },
  };

test("the headline permissions in a project are those that the documentation promises", () => {
  for (const of of classes)
    for (const verb of ["get", "create", "delete", "act"] as const) {
      const operation = { class: of, verb, action: verb === "act" ? "cancel" : "", status: false };
      const weakest = roles.find((role) => {
        const rank = rankOf(role);
        const standing = {
          cluster: 0,
          local: rank,
          anywhere: rank,
          self: false,
          covers: true,
          scoped: false,
        } as const;
        return allows(operation, standing);
      });
      assert.equal(weakest, weakestInProject[of][verb], `${of} ${verb}`);
    }
});
