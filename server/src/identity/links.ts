import { identityActions, tokenKind, userKind } from "@yunhe/domain-identity";
import { type ActionHandlers, apiVersionOf, type Environment, type Objects } from "@yunhe/kernel";
import { type CodeGrant, SignInCodes } from "./codes.ts";

export interface SignInLink {
  readonly url: string;
  readonly expiresAt: string;
}

export interface SignInLinksOptions {
  readonly environment: Environment;
  /** Where people reach the console, `http://127.0.0.1:8080`; asked when a link is made: the server listens by then. */
  readonly consoleAddress: () => string;
}

/** One-time links into the console. They outlive neither the process nor ten minutes. */
export class SignInLinks {
  readonly codes: SignInCodes;
  readonly consoleAddress: () => string;
  readonly #environment: Environment;

  constructor({ environment, consoleAddress }: SignInLinksOptions) {
    this.codes = new SignInCodes(environment.clock);
    this.consoleAddress = consoleAddress;
    this.#environment = environment;
  }

  make(grant: CodeGrant): SignInLink {
    const { code, expiresAt } = this.codes.issue(grant);
    return { url: `${this.consoleAddress()}/signin?code=${code}`, expiresAt };
  }

  /** Custom actions of the identity kinds, for the API. */
  actions(objects: Objects): ActionHandlers {
    return identityActions({
      objects,
      environment: this.#environment,
      // A link that somebody makes for themselves ends with the token they made it with; one for another stands alone.
      signInLink: async ({ principal }, user) => {
        const subject = `user:${user.metadata.name}`;
        const own = principal.id === subject && principal.tokenName !== undefined;
        const token = own ? await objects.get(tokenKind, "", principal.tokenName ?? "") : undefined;
        const parent = token && (token.spec.parent ?? token.metadata.name);
        const link = this.make({ subject, uid: user.metadata.uid, parent });
        return { apiVersion: apiVersionOf(userKind), kind: "SignInLink", ...link };
      },
    });
  }
}
