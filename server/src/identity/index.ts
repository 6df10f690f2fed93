export { type SignInLink, SignInLinks } from "./links.ts";
export { openSignIn } from "./open.ts";
