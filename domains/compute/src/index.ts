export * from "./group.ts";
export * from "./kinds/index.ts";
export * from "./quantity.ts";
