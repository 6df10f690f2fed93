/** What the tasks themselves leave behind, on a file system that Yunhe knows nothing of: the truth it is held against. */
import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * `$1` half seconds of work, then exit `$2` (`index`: by the member of an array); `once`: only its first
 * run fails; `keep`: leaves a file.
 */
export const script = `
said="$EVIDENCE/said"
mkdir -p "$EVIDENCE"
beat() { : > "$EVIDENCE/alive.$YUNHE_ATTEMPT"; }
say() { echo "$1 $YUNHE_ATTEMPT $YUNHE_TASK $(date +%s%3N) $2" >> "$said"; }
say start "\${SLURM_JOB_ID:-local}"
left=$1 code=$2
if [ "$code" = index ]; then code=$((YUNHE_INDEX % 3)); fi
beat
while [ $left -gt 0 ]; do sleep 0.5; beat; left=$((left - 1)); done
if [ "$3" = once ]; then
  if [ -e "$EVIDENCE/once.$YUNHE_TASK" ]; then code=0; else : > "$EVIDENCE/once.$YUNHE_TASK"; fi
fi
if [ "$3" = keep ]; then echo "$YUNHE_TASK" > result; fi
if [ -d data ]; then echo "$YUNHE_TASK" >> data/said; fi
say end $code
exit $code
`;

export interface Run {
  readonly attempt: string;
  readonly task: string;
  /** One for each time that the attempt's program began: a second one is one too many. */
  readonly starts: readonly number[];
  readonly jobs: readonly string[];
  /** Undefined: it was killed, or still runs. */
  readonly exitCode: number | undefined;
  /** The last sign of life. */
  readonly aliveUntilMs: number;
}

export class EvidenceFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
    mkdirSync(path, { recursive: true });
  }

  runs(): Map<string, Run> {
    const file = join(this.path, "said");
    const runs = new Map<string, Run>();
    for (const line of existsSync(file) ? readFileSync(file, "utf8").split("\n") : []) {
      const [what, attempt, task, at, more] = line.split(" ");
      if (attempt === undefined || task === undefined || more === undefined) continue;
      const before = runs.get(attempt) ?? {
        attempt,
        task,
        starts: [],
        jobs: [],
        exitCode: undefined,
        aliveUntilMs: this.#aliveMs(attempt),
      };
      runs.set(
        attempt,
        what === "start"
          ? { ...before, starts: [...before.starts, Number(at)], jobs: [...before.jobs, more] }
          : { ...before, exitCode: Number(more), aliveUntilMs: Math.max(before.aliveUntilMs, Number(at)) },
      );
    }
    return runs;
  }

  #aliveMs(attempt: string): number {
    return statSync(join(this.path, `alive.${attempt}`), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  }
}
