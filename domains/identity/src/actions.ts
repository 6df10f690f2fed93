import { hash } from "node:crypto";
import {
  type ActionContext,
  type ActionHandler,
  type ActionHandlers,
  type AnyResource,
  ApiError,
  apiVersionOf,
  type Environment,
  keyOfKind,
  type Objects,
  words,
} from "@yunhe/kernel";
import { newToken } from "./issue.ts";
import {
  issueAction,
  type IssueInput,
  revokeAction,
  serviceAccountKind,
  signInLinkAction,
  type Subject,
  type Token,
  tokenKind,
  userKind,
} from "./kinds/index.ts";

/** The answer to `issue-token`: the only place where the secret of a token ever appears. */
export interface IssuedToken {
  readonly apiVersion: string;
  readonly kind: "IssuedToken";
  /** The secret; it cannot be had again. */
  readonly token: string;
  readonly object: Token;
}

export interface ActionParts {
  readonly objects: Objects;
  readonly environment: Environment;
  /** Makes a one-time sign-in link for a user; the server knows its own address. */
  readonly signInLink: ActionHandler;
}

/** What the custom actions of the identity kinds do; for the API layer's registry. */
export function identityActions(parts: ActionParts): ActionHandlers {
  const issue: ActionHandler = (context, object, input) =>
    issueFor(parts, context, object, input as IssueInput);
  return {
    [keyOfKind(userKind)]: { [issueAction]: issue, [signInLinkAction]: parts.signInLink },
    [keyOfKind(serviceAccountKind)]: { [issueAction]: issue },
    [keyOfKind(tokenKind)]: {
      [revokeAction]: (context, object) => revoke(parts, context, object as Token),
    },
  };
}

async function issueFor(
  { objects, environment }: ActionParts,
  context: ActionContext,
  account: AnyResource,
  input: IssueInput,
): Promise<IssuedToken> {
  const token = newToken(
    { ...input, type: "api", subject: subjectOf(account), subjectUid: account.metadata.uid },
    environment,
  );
  const { target, principal, idempotencyKey } = context;
  const [stored] = await objects.commit([{ type: "create", kind: tokenKind, object: token.object }], {
    actor: principal.id,
    verb: issueAction,
    guard: context.guard,
    ...(idempotencyKey === undefined
      ? {}
      : {
          idempotency: {
            scope: `${principal.id}/${issueAction}`,
            key: idempotencyKey,
            bodySha256: hash("sha256", JSON.stringify([target, input])),
          },
        }),
  });
  if (stored?.metadata.uid !== token.object.metadata.uid) throw alreadyIssued(stored?.metadata.name ?? "");
  return {
    apiVersion: apiVersionOf(tokenKind),
    kind: "IssuedToken",
    token: token.secret,
    object: stored as Token,
  };
}

function subjectOf({ kind, metadata }: AnyResource): Subject {
  return kind === userKind.kind
    ? { kind: "User", name: metadata.name }
    : { kind: "ServiceAccount", name: metadata.name, project: metadata.namespace ?? "" };
}

/** A repeated request cannot be given the first answer: the secret in it was not kept. */
const alreadyIssued = (name: string): ApiError =>
  new ApiError(
    "Conflict",
    words(
      `token "${name}" was issued under this idempotency key already and its secret is not kept: revoke it and issue another under a new key`,
      `该幂等键已签发令牌“${name}”，其密文未保存：请吊销它，并以新的幂等键重新签发`,
    ),
    { group: tokenKind.group, kind: tokenKind.kind, name },
  );

async function revoke(
  { objects, environment }: ActionParts,
  context: ActionContext,
  token: Token,
): Promise<Token> {
  if (token.status === undefined || token.status.revoked) return token;
  const revokedAt = new Date(environment.clock.nowMs()).toISOString();
  const next = { ...token, status: { ...token.status, revoked: true, revokedAt } };
  const [stored] = await objects.commit(
    [{ type: "update", kind: tokenKind, object: next, subresource: "status" }],
    { actor: context.principal.id, verb: revokeAction, guard: context.guard },
  );
  return stored as Token;
}
