import { spawn } from "node:child_process";
import { once } from "node:events";

/** Runs a program to its end; rejects with what it said when it fails. `descriptor` becomes its number 3. */
export async function run(program: string, args: readonly string[], descriptor?: number): Promise<string> {
  const child = spawn(program, args, {
    stdio: ["ignore", "pipe", "pipe", ...(descriptor === undefined ? [] : [descriptor])],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text: string) => void (said += text));
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} failed: ${said.trim()}`);
  return said.trim();
}
