export * from "./environment.ts";
export * from "./errors.ts";
export * from "./kind.ts";
export * from "./objects.ts";
export * from "./permission.ts";
export * from "./reconcile/port.ts";
export * from "./resource.ts";
export type * from "./store/port.ts";
export * from "./words.ts";
