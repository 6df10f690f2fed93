/** API group of everything in this domain. */
export const identityGroup = "identity.yunhe.dev";
