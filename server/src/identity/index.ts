export { type SignInLink, SignInLinks } from "./links.ts";
export { openSignIn, type SignIn } from "./open.ts";
