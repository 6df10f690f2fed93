export * from "./client.ts";
export * from "./discovery.ts";
export * from "./errors.ts";
export * from "./resources.ts";
export * from "./task-files.ts";
export * from "./transport.ts";
export * from "./watch.ts";
