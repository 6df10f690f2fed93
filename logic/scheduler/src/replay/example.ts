import { type RandomSource, seededRandom } from "../engine/random.ts";
import type { FleetFileInput } from "./fleet-file.ts";
import type { SourceText } from "./trace-error.ts";

/** A made-up fleet and its tasks: to try things with, and never to be taken for measured. */
export interface ExampleTrace {
  readonly fleetJson: SourceText;
  readonly tasks: SourceText;
}

export interface ExampleSize {
  readonly nodes?: number;
  readonly tasks?: number;
  readonly days?: number;
}

const GIB = 2 ** 30;
const HOUR_MS = 3_600_000;

/**
 * Two teams that borrow from each other and a queue of small interactive tasks, on two pools of different price and
 * carbon. Arrivals follow the hours of a working day, run times are log-normal up to two days. The same seed gives the same texts.
 */
export function exampleTrace(
  seed: number,
  { nodes = 24, tasks = 1500, days = 3 }: ExampleSize = {},
): ExampleTrace {
  const random = seededRandom(seed);
  const fleet = `${JSON.stringify(exampleFleet(nodes), null, 2)}\n`;
  const arrivals = Array.from({ length: tasks }, () => arrivalMs(random, days)).sort((a, b) => a - b);
  const lines = arrivals.map((atMs, i) => taskLine(random, i, atMs, (0.9 * days * nodes) / tasks));
  return {
    fleetJson: { file: `example-${seed}-fleet.json`, text: fleet },
    tasks: { file: `example-${seed}-tasks.csv`, text: `${columns}\n${lines.join("\n")}\n` },
  };
}

const columns =
  "id,queue,project,priority,preemptible,submitted_at_ms,duration_ms,expected_ms,checkpoint_every_ms,cpu_milli,memory_mib,devices,share_milli,gang_size";

function exampleFleet(count: number): FleetFileInput {
  const prices = (scale: number) => ({
    currency: "CNY",
    onDemand: {
      nanoPerCoreHour: 100_000_000 * scale,
      nanoPerGibHour: 10_000_000 * scale,
      nanoPerDeviceHour: { "A100-80GB": 10_000_000_000 * scale, A10: 4_000_000_000 * scale },
    },
  });
  const large = Math.max(1, Math.round(count / 3));
  const half = Math.floor((8 * large + 4 * (count - large)) / 2);
  return {
    pools: [
      { id: "coast", region: "cn-east-1", jurisdiction: "CN", carbonGramsPerKwh: 570, prices: prices(2) },
      { id: "river", region: "cn-west-1", jurisdiction: "CN", carbonGramsPerKwh: 110, prices: prices(1) },
    ],
    nodes: Array.from({ length: count }, (_, n) => ({
      id: `node-${String(n + 1).padStart(3, "0")}`,
      pool: n % 2 === 0 ? "coast" : "river",
      cpuMilli: n < large ? 128_000 : 64_000,
      memoryBytes: (n < large ? 1024 : 384) * GIB,
      devices: [n < large ? { model: "A100-80GB", count: 8 } : { model: "A10", count: 4 }],
    })),
    queues: [
      { name: "language", cohort: "research", weight: 2, quota: { devices: { "*": half } }, borrowing: {} },
      {
        name: "vision",
        cohort: "research",
        quota: { devices: { "*": Math.floor(half / 2) } },
        borrowing: {},
      },
      { name: "interactive", quota: { devices: { "*": Math.max(1, Math.floor(half / 4)) } } },
    ],
  };
}

/** More by day than by night. */
function arrivalMs(random: RandomSource, days: number): number {
  for (;;) {
    const atMs = Math.floor(random() * days * 24 * HOUR_MS);
    const hour = (atMs / HOUR_MS) % 24;
    if (random() < 0.35 + 0.65 * Math.max(0, Math.sin(((hour - 6) * Math.PI) / 14))) return atMs;
  }
}

/** `load`: mean days of a node per task, by which run times are scaled so that the fleet is busy but not drowned. */
function taskLine(random: RandomSource, number: number, atMs: number, load: number): string {
  const id = `task-${String(number + 1).padStart(5, "0")}`;
  const project = `team-${1 + Math.floor(random() * 3)}`;
  const { queue, share, ...asked } = kindOfTask(random);
  const hours = Math.min(LONGEST_HOURS, Math.exp(0.9 * normal(random) - 0.4) * load * share * 24);
  const durationMs = Math.max(60_000, Math.round(hours * 3600) * 1000);
  const expectedHours = guesses.find((guess) => guess * HOUR_MS >= durationMs) ?? LONGEST_HOURS;
  const { priority, preemptible, everyMs, cores, gib, devices, shareMilli, gang } = asked;
  const run = [durationMs, expectedHours * HOUR_MS, everyMs];
  const size = [cores * 1000, gib * 1024, devices, shareMilli, gang];
  return [id, queue, project, priority, preemptible, atMs, ...run, ...size].join(",");
}

/** People guess in round numbers, in hours. */
const LONGEST_HOURS = 48;
const guesses = [0.25, 0.5, 1, 2, 4, 8, 12, 24, LONGEST_HOURS];

function kindOfTask(random: RandomSource) {
  const kind = random();
  const small = { priority: 0, preemptible: false, everyMs: "", cores: 2, gib: 8, devices: 1 };
  if (kind < 0.35) return { queue: "interactive", share: 0.4, ...small, shareMilli: 250, gang: "" };
  const queue = kind < 0.7 ? "language" : "vision";
  const size = random();
  const priority = random() < 0.15 ? 1 : 0;
  const training = { queue, priority, preemptible: true, everyMs: HOUR_MS / 2, shareMilli: "" };
  if (size < 0.08) return { ...training, share: 2, cores: 32, gib: 128, devices: 4, gang: 2 };
  const devices = size < 0.25 ? 4 : size < 0.5 ? 2 : 1;
  return { ...training, share: 3, cores: devices * 6, gib: devices * 24, devices, gang: "" };
}

/** Box and Muller, 1958. */
const normal = (random: RandomSource): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
