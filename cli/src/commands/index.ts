import type { CommandDefinition } from "../command/define.ts";

type Family = () => Promise<{ readonly commands: readonly CommandDefinition[] }>;

/**
 * Which files hold the commands that begin with a word, in the order of the overview. A command line loads only its own:
 * all of them together take longer to load than most commands take to run.
 */
const families: readonly (readonly [words: readonly string[], files: readonly Family[]])[] = [
  [["up"], [() => import("./up.ts")]],
  [["login", "logout"], [() => import("./login.ts")]],
  [["run"], [() => import("./run.ts")]],
  [["ps", "cancel", "retry"], [() => import("./tasks.ts")]],
  [["why"], [() => import("./why.ts")]],
  [["logs", "outputs"], [() => import("./logs.ts")]],
  [["top"], [() => import("./top.ts")]],
  [["usage"], [() => import("./usage.ts")]],
  [["pool"], [() => import("./pool.ts")]],
  [["get", "describe"], [() => import("./get.ts")]],
  [["apply", "delete"], [() => import("./apply.ts")]],
  [["edit"], [() => import("./edit.ts")]],
  [["act"], [() => import("./act.ts")]],
  [["watch"], [() => import("./watch.ts")]],
  [["explain"], [() => import("./explain.ts")]],
  [["resolve", "search"], [() => import("./identifiers.ts")]],
  [["kubeconfig"], [() => import("./kubeconfig.ts")]],
  [["audit"], [() => import("./audit.ts")]],
  [["verify"], [() => import("./verify.ts")]],
  [["backup"], [() => import("./backup.ts")]],
  [["simulate"], [() => import("./simulate.ts")]],
  [
    ["index"],
    [
      () => import("./index-compute.ts"),
      () => import("./index-robustness.ts"),
      () => import("./index-report.ts"),
      () => import("./index-data.ts"),
    ],
  ],
  [["observatory"], [() => import("./index-observatory.ts")]],
  [["completion", "__complete"], [() => import("./completion.ts")]],
];

/** The commands that begin with this word, or every command there is. */
export async function loadCommands(first?: string): Promise<readonly CommandDefinition[]> {
  const own = families.filter(([words]) => first !== undefined && words.includes(first));
  const files = (own.length > 0 ? own : families).flatMap(([, each]) => each);
  return (await Promise.all(files.map((load) => load()))).flatMap(({ commands }) => commands);
}
