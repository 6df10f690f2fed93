export { csrfHeader } from "./cookie.ts";
export { type SignInLink, SignInLinks, type SignInLinksOptions } from "./links.ts";
export { openSignIn, type SignIn, type SignInOptions } from "./open.ts";
