import assert from "node:assert/strict";
import { test } from "node:test";
import { type Api, openApi, type Principal } from "@yunhe/kernel";
import * as fc from "fast-check";
import { identityActions, type IssuedToken } from "../src/actions.ts";
import {
  clusterRoleBindingKind,
  identityKinds,
  projectKind,
  roleBindingKind,
  serviceAccountKind,
  type Subject,
  userKind,
} from "../src/kinds/index.ts";
import { roles } from "../src/roles.ts";
import { openWorld, serviceAccount, user, type World } from "./world.ts";

/**
 * Mallory is admin of the project alpha and tries, in any order, everything that could make her more. Whatever she
 * holds a secret of afterwards must still reach no further than alpha.
 */
interface Trial {
  readonly world: World;
  readonly api: Api;
  /** Everybody that Mallory can act as. */
  readonly held: Principal[];
}

async function openTrial(): Promise<Trial> {
  const world = await openWorld();
  for (const name of ["alpha", "beta"]) await world.project(name);
  await world.user("root");
  await world.bind(user("root"), "admin");
  await world.user("mallory");
  await world.bind(user("mallory"), "admin", "alpha");
  await world.serviceAccount("alpha", "plain");
  await world.serviceAccount("alpha", "strong");
  await world.bind(serviceAccount("alpha", "strong"), "operator");
  await world.serviceAccount("alpha", "traveller");
  await world.bind(serviceAccount("alpha", "traveller"), "member", "beta");
  const { store, objects, environment, identity } = world;
  const signInLink = async (): Promise<unknown> => ({});
  const actions = identityActions({ objects, environment, signInLink });
  const { authorizer } = identity;
  const api = openApi({
    store,
    kinds: identityKinds,
    authorizer,
    environment,
    actions,
    namespaceKind: projectKind,
  });
  const { principal } = await world.token(user("mallory"));
  return { world, api, held: [principal] };
}

type Move = (trial: Trial, by: Principal) => Promise<unknown>;

const project = fc.constantFrom("alpha", "beta");
const account = fc.constantFrom("plain", "strong", "traveller", "fresh");
const subject: fc.Arbitrary<Subject> = fc.oneof(
  fc.constantFrom(user("mallory"), user("root"), user("fresh")),
  fc.tuple(project, account).map(([in_, name]) => serviceAccount(in_, name)),
);
const role = fc.constantFrom(...roles);
const requestId = "test";

const moves: fc.Arbitrary<Move> = fc.oneof(
  fc.tuple(project, subject, role).map(([namespace, of, as]): Move => ({ api }, principal) => {
    const body = {
      ...roleBindingKind.example,
      metadata: { generateName: "b-", namespace },
      spec: { subject: of, role: as },
    };
    return api.create({ principal, requestId }, { kind: roleBindingKind, namespace }, body);
  }),
  fc.tuple(subject, role).map(([of, as]): Move => ({ api }, principal) => {
    const body = {
      ...clusterRoleBindingKind.example,
      metadata: { generateName: "b-" },
      spec: { subject: of, role: as },
    };
    return api.create({ principal, requestId }, { kind: clusterRoleBindingKind, namespace: "" }, body);
  }),
  fc.tuple(project, account).map(([namespace, name]): Move => ({ api }, principal) => {
    const body = { ...serviceAccountKind.example, metadata: { name, namespace } };
    return api.create({ principal, requestId }, { kind: serviceAccountKind, namespace }, body);
  }),
  fc.constantFrom("fresh", "root").map(
    (name): Move =>
      ({ api }, principal) =>
        api.create(
          { principal, requestId },
          { kind: userKind, namespace: "" },
          { ...userKind.example, metadata: { name } },
        ),
  ),
  subject.map((of): Move => async ({ api, world, held }, principal) => {
    const kind = of.kind === "User" ? userKind : serviceAccountKind;
    const target = { kind, namespace: of.project ?? "", name: of.name };
    const issued = (await api.act({ principal, requestId }, target, "issue-token", {})) as IssuedToken;
    const found = world.identity.authenticate(issued.token, "api");
    assert.ok(found.type === "known");
    held.push(found.principal);
  }),
);

test("nobody makes themselves more than they are, whatever they try", async () => {
  let issued = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(moves, fc.nat()), { minLength: 5, maxLength: 25 }), async (tried) => {
      const trial = await openTrial();
      for (const [move, who] of tried) {
        const by = trial.held[who % trial.held.length]!;
        await move(trial, by).catch((error: unknown) => {
          if ((error as Error).name !== "ApiError") throw error;
        });
      }
      issued += trial.held.length - 1;
      for (const principal of trial.held) {
        const held = trial.world.identity.roles(principal);
        if ("why" in held) continue;
        assert.equal(held.cluster, 0, principal.id);
        assert.deepEqual(
          [...held.projects.keys()].filter((name) => name !== "alpha"),
          [],
          principal.id,
        );
      }
    }),
    { numRuns: 150 },
  );
  assert.ok(issued > 30, `${issued} tokens were issued: the tries were not all refused`);
});
