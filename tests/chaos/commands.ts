/** Slurm's commands as the control plane finds them: the real ones, whose answers are lost or late when the weather says so. */
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Commands {
  /** For a pool's `commands`. */
  readonly folder: string;
  /** Per cent of the calls that are executed and then answered by nothing, by an error, or late. */
  set(weather: CommandWeather): void;
  /** How often each thing was done to a command so far, such as `sbatch-silent`. */
  injected(): Record<string, number>;
}

export interface CommandWeather {
  readonly silent: number;
  readonly error: number;
  readonly late: number;
  readonly seconds: number;
}

export const fairWeather: CommandWeather = { silent: 0, error: 0, late: 0, seconds: 0 };

export function wrapCommands(place: string, realFolder = "/usr/bin"): Commands {
  const folder = join(place, "commands");
  const weather = join(place, "weather");
  const log = join(place, "injected");
  mkdirSync(folder, { recursive: true });
  const set = ({ silent, error, late, seconds }: CommandWeather): void => {
    writeFileSync(`${weather}.new`, `${silent} ${error} ${late} ${seconds}\n`);
    renameSync(`${weather}.new`, weather);
  };
  set(fairWeather);
  for (const name of ["sbatch", "squeue", "scancel", "scontrol", "sacct", "sinfo", "sacctmgr"]) {
    const file = join(folder, name);
    writeFileSync(file, scriptOf(join(realFolder, name), name, weather, log));
    chmodSync(file, 0o755);
  }
  return {
    folder,
    set,
    injected() {
      const counts: Record<string, number> = {};
      const lines = existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [];
      for (const line of lines) if (line !== "") counts[line] = (counts[line] ?? 0) + 1;
      return counts;
    },
  };
}

/** In every case the controller gets the request; what differs is what the asker hears of it. */
const scriptOf = (real: string, name: string, weather: string, log: string): string => `#!/bin/sh
read -r silent error late seconds < ${weather}
dice=$(($(od -An -N2 -tu2 /dev/urandom) % 100))
if [ $dice -lt $silent ]; then
  echo ${name}-silent >> ${log}
  ${real} "$@" > /dev/null 2>&1
  kill -KILL $$
fi
dice=$((dice - silent))
if [ $dice -lt $error ]; then
  echo ${name}-error >> ${log}
  ${real} "$@" > /dev/null 2>&1
  echo "${name}: error: Batch job submission failed: Socket timed out on send/recv operation" >&2
  exit 1
fi
dice=$((dice - error))
if [ $dice -lt $late ]; then
  echo ${name}-late >> ${log}
  said=$(${real} "$@")
  code=$?
  sleep "$seconds"
  printf '%s\\n' "$said"
  exit $code
fi
exec ${real} "$@"
`;
