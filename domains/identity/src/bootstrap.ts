import { randomUUID } from "node:crypto";
import { chmod, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { type AnyStored, type Draft, type Environment, type Objects, type Principal } from "@yunhe/kernel";
import { authenticate } from "./authenticator.ts";
import type { Directory } from "./directory/directory.ts";
import { newToken } from "./issue.ts";
import { identityGroup } from "./group.ts";
import { clusterRoleBindingKind, projectKind, tokenKind, type User, userKind } from "./kinds/index.ts";

export interface BootstrapParts {
  readonly objects: Objects;
  readonly directory: Directory;
  readonly environment: Environment;
  /** The data directory; the token is written to `admin.token` in it. */
  readonly dataDirectory: string;
}

export interface Bootstrapped {
  /** True when this was the first start, or nobody was left who could administer. */
  readonly created: boolean;
  /** Who the administrator's token and first sign-in link are for; undefined: user "admin" was given up. */
  readonly admin: Principal | undefined;
  readonly tokenFile: string;
}

const adminName = "admin";
const actor = "system:identity/bootstrap";
const label = `${identityGroup}/bootstrap`;
/** The file is as strong as the data directory that it lies in: no date ends it, deleting it or its token does. */
const never = "9999-12-31T23:59:59.000Z";

/**
 * Makes sure that somebody can administer: user `admin`, the project `default` and a token in `admin.token` (mode 0600).
 * Safe to repeat and to interrupt anywhere. Whoever owns the data directory gets back in by starting the server anew.
 */
export async function bootstrapIdentity(parts: BootstrapParts): Promise<Bootstrapped> {
  const tokenFile = join(parts.dataDirectory, "admin.token");
  const created = await ensureAdmin(parts);
  const account = parts.directory.account(`user:${adminName}`);
  if (account === undefined || !account.active) return { created, admin: undefined, tokenFile };
  const admin: Principal = { id: account.id, type: "User", displayName: account.displayName };
  if (await holdsGoodToken(parts, tokenFile)) await chmod(tokenFile, 0o600);
  else await writeToken(parts, account.uid, tokenFile);
  return { created, admin, tokenFile };
}

/** One commit, so that a crash leaves all of it or nothing. */
async function ensureAdmin({ objects, directory }: BootstrapParts): Promise<boolean> {
  if (directory.clusterAdmins().length > 0) return false;
  const user = await objects.get(userKind, "", adminName);
  const binding = await objects.get(clusterRoleBindingKind, "", adminName);
  const projects = await objects.list(projectKind);
  const spec = { subject: { kind: "User", name: adminName }, role: "admin" };
  const drafts: Draft[] = [
    userDraft(user),
    binding === undefined
      ? { type: "create", kind: clusterRoleBindingKind, object: { metadata: { name: adminName }, spec } }
      : { type: "update", kind: clusterRoleBindingKind, object: { ...binding, spec } as AnyStored },
  ];
  if (projects.length === 0)
    drafts.push({
      type: "create",
      kind: projectKind,
      object: { metadata: { name: "default" }, spec: { displayName: "Default" } },
    });
  await objects.commit(drafts, { actor });
  return true;
}

function userDraft(user: User | undefined): Draft {
  if (user === undefined)
    return {
      type: "create",
      kind: userKind,
      object: { metadata: { name: adminName }, spec: { displayName: "Administrator" } },
    };
  return {
    type: "update",
    kind: userKind,
    object: { ...user, spec: { ...user.spec, disabled: false } } as AnyStored,
  };
}

async function holdsGoodToken(
  { directory, environment }: BootstrapParts,
  tokenFile: string,
): Promise<boolean> {
  const text = await readFile(tokenFile, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  const found = authenticate({ directory, clock: environment.clock }, text.trim(), "api");
  return found.type === "known" && found.principal.id === `user:${adminName}`;
}

/** The object first, then the file: a crash in between leaves a token that nobody holds, which the next start removes. */
async function writeToken(parts: BootstrapParts, subjectUid: string, tokenFile: string): Promise<void> {
  const { objects, environment, dataDirectory } = parts;
  const { secret, object } = newToken(
    {
      type: "api",
      subject: { kind: "User", name: adminName },
      subjectUid,
      description: "admin.token",
      expiresAt: never,
      labels: { [label]: "true" },
    },
    environment,
  );
  const former = (await objects.list(tokenKind)).filter(
    ({ metadata }) => metadata.labels?.[label] === "true",
  );
  const drafts = former.map((token): Draft => ({
    type: "delete",
    kind: tokenKind,
    object: token as AnyStored,
  }));
  await objects.commit([...drafts, { type: "create", kind: tokenKind, object }], { actor });
  await writePrivately(dataDirectory, tokenFile, `${secret}\n`);
}

/** Whole or not at all, readable by its owner alone from its first byte on. */
async function writePrivately(directory: string, path: string, text: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomUUID()}`;
  const file = await open(temporary, "wx", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path).catch(async (error: unknown) => {
    await rm(temporary, { force: true });
    throw error;
  });
}
