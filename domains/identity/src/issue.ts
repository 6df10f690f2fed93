import { ApiError, type Environment, type NewObject, type Uid, words } from "@yunhe/kernel";
import type { IssueInput, Subject, TokenScopes } from "./kinds/index.ts";
import {
  hashSecret,
  newSecret,
  type RandomBytes,
  type Secret,
  shownPrefix,
  type TokenType,
} from "./secret.ts";

export interface TokenRequest extends IssueInput {
  readonly type: TokenType;
  readonly subject: Subject;
  readonly subjectUid: string;
  readonly parent?: string;
  readonly labels?: Record<string, string>;
}

/** The secret, to be shown once and forgotten, and the object to store, which holds only its hash. */
export interface NewToken {
  readonly secret: Secret;
  readonly object: NewObject & { readonly metadata: { readonly name: string; readonly uid: Uid } };
}

const dayMs = 86_400_000;
const defaultTtlMs: Readonly<Record<TokenType, number>> = { api: 90 * dayMs, session: 7 * dayMs };

/** Throws Invalid when it would have expired already. */
export function newToken(request: TokenRequest, environment: Environment, random?: RandomBytes): NewToken {
  const secret = newSecret(request.type, random);
  const uid = environment.random.uuid() as Uid;
  const { subject, type, subjectUid, description, scopes, parent, labels } = request;
  return {
    secret,
    object: {
      // The uid makes the name unique; names of tokens are for reading in lists and in the audit log.
      metadata: {
        name: `${subject.name.slice(0, 40)}-${uid.slice(-12)}`,
        uid,
        ...(labels === undefined ? {} : { labels }),
      },
      spec: {
        type,
        subject,
        subjectUid,
        expiresAt: new Date(expiryOf(request, environment.clock.nowMs())).toISOString(),
        ...(description === undefined ? {} : { description }),
        ...(isEmpty(scopes) ? {} : { scopes }),
        ...(parent === undefined ? {} : { parent }),
      },
      status: { prefix: shownPrefix(secret), sha256: hashSecret(secret), revoked: false },
    },
  };
}

const isEmpty = (scopes: TokenScopes | undefined): boolean =>
  scopes?.role === undefined && scopes?.projects === undefined;

function expiryOf({ type, ttlSeconds, expiresAt }: TokenRequest, nowMs: number): number {
  const expiresMs =
    expiresAt !== undefined
      ? Date.parse(expiresAt)
      : nowMs + (ttlSeconds === undefined ? defaultTtlMs[type] : ttlSeconds * 1000);
  if (expiresMs > nowMs) return expiresMs;
  const message = words("lies in the past; give a time to come", "早于现在，请给出将来的时间");
  throw new ApiError("Invalid", words(`expiresAt: ${message.en}`, `expiresAt：${message.zh}`), {
    causes: [{ field: "expiresAt", reason: "FieldValueInvalid", message }],
  });
}
