/** Preloaded into the server by slurm-recovery.ts: writes down when so many different attempts were answered by their engine. */
import { appendFileSync } from "node:fs";

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return Math.round((user + system) / 1000);
};
const [file, wanted] = (process.env["YUNHE_RECOVERY_PROBE"] ?? "").split("|");
// The launcher before the server, and whatever the server starts, go without.
if (file && process.argv[1]?.endsWith("cli/src/main.ts") === true) {
  const { Observer } = await import("../domains/compute/src/attempts/observer.ts");
  const observe = Reflect.get(Observer.prototype, "observe");
  const answered = new Set<string>();
  Observer.prototype.observe = async function (ref) {
    const seen = await observe.call(this, ref);
    if (seen.state !== "unknown" && !answered.has(ref.id)) {
      answered.add(ref.id);
      if (answered.size === Number(wanted)) appendFileSync(file, `${Date.now()} ${cpuMs()}\n`);
    }
    return seen;
  };
}
