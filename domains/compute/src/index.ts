export { computeActions } from "./actions.ts";
export type * from "./blobs/port.ts";
export * from "./group.ts";
export * from "./kinds/index.ts";
export * from "./open.ts";
export { type IdentifierParts, identifier, parseIdentifier } from "./pools/identifier.ts";
export type { DriverFactory } from "./pools/registry.ts";
export * from "./quantity.ts";
export type { VolumeFolders } from "./volumes/reconciler.ts";
