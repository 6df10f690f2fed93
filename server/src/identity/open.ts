import type { Identity } from "@yunhe/domain-identity";
import type { Environment, Objects, Store } from "@yunhe/kernel";
import type { HttpApp } from "../http/index.ts";
import { FailedAttempts } from "./attempts.ts";
import { type Authenticate, openAuthenticate } from "./authenticate.ts";
import type { SignInLink, SignInLinks } from "./links.ts";
import { signInRoutes } from "./sign-in.ts";

export interface SignInOptions {
  readonly store: Store;
  readonly objects: Objects;
  readonly identity: Identity;
  readonly environment: Environment;
  readonly links: SignInLinks;
  readonly version: string;
}

/** How requests are told apart, for the HTTP server. */
export interface SignIn {
  readonly authenticate: Authenticate;
  /** `/signin/discovery` and `/signin/session`. */
  readonly routes: (app: HttpApp) => void;
  /** A link to be printed, for `user:admin`; undefined when there is no such account. */
  linkFor(subject: string): SignInLink | undefined;
}

export function openSignIn(options: SignInOptions): SignIn {
  const { identity, environment, links } = options;
  const attempts = new FailedAttempts(environment.clock);
  const authenticate = openAuthenticate(identity, attempts);
  const isHttps = (): boolean => links.consoleAddress().startsWith("https:");
  return {
    authenticate,
    routes: signInRoutes({ ...options, codes: links.codes, attempts, authenticate, isHttps }),
    linkFor(subject) {
      const account = identity.directory.account(subject);
      if (account === undefined || !account.active) return undefined;
      return links.make({ subject, uid: account.uid, parent: undefined });
    },
  };
}
