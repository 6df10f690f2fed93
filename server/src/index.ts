export * from "./control-plane.ts";
export * from "./start.ts";
