import type { CommandDefinition } from "../command/define.ts";

/** Every command there is, in the order of the overview. Each file holds one, or a family that belongs together. */
export async function loadCommands(): Promise<readonly CommandDefinition[]> {
  const families = await Promise.all([
    import("./up.ts"),
    import("./login.ts"),
    import("./run.ts"),
    import("./tasks.ts"),
    import("./why.ts"),
    import("./logs.ts"),
    import("./top.ts"),
    import("./usage.ts"),
    import("./pool.ts"),
    import("./get.ts"),
    import("./apply.ts"),
    import("./edit.ts"),
    import("./act.ts"),
    import("./watch.ts"),
    import("./explain.ts"),
    import("./identifiers.ts"),
    import("./kubeconfig.ts"),
    import("./audit.ts"),
    import("./verify.ts"),
    import("./backup.ts"),
    import("./simulate.ts"),
    import("./index-compute.ts"),
    import("./index-robustness.ts"),
    import("./index-report.ts"),
    import("./index-data.ts"),
    import("./index-observatory.ts"),
    import("./completion.ts"),
  ]);
  return families.flatMap(({ commands }) => commands);
}
