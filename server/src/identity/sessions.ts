import {
  type Identity,
  newToken,
  type Token,
  tokenKind,
  type TokenRecord,
  type TokenRequest,
  userKind,
} from "@yunhe/domain-identity";
import {
  type AnyStored,
  ApiError,
  type Draft,
  type Environment,
  type Objects,
  type Principal,
} from "@yunhe/kernel";
import type { CodeGrant } from "./codes.ts";

export interface SessionParts {
  readonly objects: Objects;
  readonly identity: Identity;
  readonly environment: Environment;
}

export interface NewSession {
  readonly secret: string;
  readonly principal: Principal;
  readonly expiresAt: string;
}

const triesOnConflict = 5;
const longestSeconds = 7 * 86_400;

/** The token that a session made with this one ends with: sessions of sessions hang on the first. */
const parentOf = (token: TokenRecord): string => token.parent ?? token.name;

export async function sessionByToken(
  parts: SessionParts,
  token: TokenRecord,
): Promise<NewSession | undefined> {
  const found = await parts.objects.get(tokenKind, "", token.name);
  if (found === undefined) return undefined;
  const { subject, subjectUid, scopes, expiresAt } = found.spec;
  return openSession(parts, token.subject, {
    type: "session",
    subject,
    subjectUid,
    parent: parentOf(token),
    ...(scopes === undefined ? {} : { scopes }),
    ...lifeOf(parts, expiresAt),
  });
}

export async function sessionByCode(parts: SessionParts, grant: CodeGrant): Promise<NewSession | undefined> {
  const account = parts.identity.directory.account(grant.subject);
  if (account === undefined || !account.active || account.uid !== grant.uid) return undefined;
  const parent = grant.parent === undefined ? undefined : parts.identity.directory.token(grant.parent);
  if (grant.parent !== undefined && (parent === undefined || parent.revoked)) return undefined;
  const expiresAt = parent === undefined ? undefined : new Date(parent.expiresMs).toISOString();
  return openSession(parts, grant.subject, {
    type: "session",
    subject: { kind: "User", name: grant.subject.slice("user:".length) },
    subjectUid: grant.uid,
    ...(grant.parent === undefined ? {} : { parent: grant.parent }),
    ...lifeOf(parts, expiresAt),
  });
}

/** No session outlives the token that it was made with. */
function lifeOf({ environment }: SessionParts, parentExpiresAt: string | undefined): { expiresAt: string } {
  const longestMs = environment.clock.nowMs() + longestSeconds * 1000;
  const endMs = parentExpiresAt === undefined ? longestMs : Math.min(longestMs, Date.parse(parentExpiresAt));
  return { expiresAt: new Date(endMs).toISOString() };
}

/** The session and the user's last sign-in, in one commit; again when the user changed meanwhile. */
async function openSession(
  { objects, identity, environment }: SessionParts,
  subject: string,
  request: TokenRequest,
): Promise<NewSession> {
  const { secret, object } = newToken(request, environment);
  for (let tries = 1; ; tries += 1) {
    const drafts: Draft[] = [{ type: "create", kind: tokenKind, object }];
    const user =
      request.subject.kind === "User" ? await objects.get(userKind, "", request.subject.name) : undefined;
    if (user !== undefined) {
      const lastSignInAt = new Date(environment.clock.nowMs()).toISOString();
      const seen = { ...user, status: { lastSignInAt } } as AnyStored;
      drafts.push({ type: "update", kind: userKind, object: seen, subresource: "status" });
    }
    try {
      const [token] = (await objects.commit(drafts, { actor: subject, verb: "sign-in" })) as [Token];
      const account = identity.directory.account(subject)!;
      const principal = {
        id: subject,
        type: account.type,
        displayName: account.displayName,
        tokenName: token.metadata.name,
      };
      return { secret, principal, expiresAt: token.spec.expiresAt };
    } catch (error) {
      if (!(error instanceof ApiError && error.reason === "Conflict") || tries === triesOnConflict)
        throw error;
    }
  }
}

/** Ends a session for good; one that is gone already is no error. */
export async function closeSession({ objects }: SessionParts, principal: Principal): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const token = await objects.get(tokenKind, "", principal.tokenName ?? "");
    if (token === undefined) return;
    try {
      await objects.commit([{ type: "delete", kind: tokenKind, object: token as AnyStored }], {
        actor: principal.id,
        verb: "sign-out",
      });
      return;
    } catch (error) {
      if (!(error instanceof ApiError && error.reason === "Conflict") || tries === triesOnConflict)
        throw error;
    }
  }
}
