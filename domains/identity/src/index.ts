export * from "./group.ts";
export * from "./kinds/index.ts";
export * from "./roles.ts";
