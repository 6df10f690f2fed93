import { randomBytes } from "node:crypto";
import { basename } from "node:path";
import type { Client } from "@yunhe/client";
import { usageError } from "../command/errors.ts";
import { type Input, type LocalInput, uploadInput } from "./inputs.ts";
import { type PlacementOptions, placementOf } from "./placement.ts";

/** What `yunhe run` takes from its options; texts as the person wrote them, checked by the server. */
export interface RunOptions extends PlacementOptions {
  readonly name: string | undefined;
  readonly cpus: string | undefined;
  readonly memory: string | undefined;
  readonly gpus: string | undefined;
  readonly "gpu-model": readonly string[];
  readonly file: readonly string[];
  readonly output: readonly string[];
  readonly env: readonly string[];
  readonly array: string | undefined;
  readonly parallelism: string | undefined;
  readonly retries: string | undefined;
  readonly timeout: string | undefined;
  readonly queue: string | undefined;
  readonly priority: string | undefined;
  readonly after: readonly string[];
  readonly volume: readonly string[];
  readonly checkpoint: boolean;
  readonly "checkpoint-dir": string | undefined;
  readonly "keep-checkpoint": boolean;
  readonly "gpu-memory": string | undefined;
  readonly gang: string | undefined;
  readonly "expected-duration": string | undefined;
  readonly "no-preempt": boolean;
  readonly image: string | undefined;
  readonly isolation: string | undefined;
  readonly network: boolean;
  readonly workdir: string | undefined;
}

/** The task for a command line; input files are uploaded on the way. */
export async function taskOf(
  client: Client,
  project: string,
  options: RunOptions,
  command: readonly string[],
): Promise<Record<string, unknown>> {
  const inputs: Input[] = [];
  for (const text of options.file) inputs.push(...(await uploadInput(client, project, localInput(text))));
  const given = <Value>(name: string, value: Value | undefined): Record<string, Value> =>
    value === undefined ? {} : { [name]: value };
  return {
    apiVersion: "compute.yunhe.dev/v1",
    kind: "Task",
    metadata: { name: options.name ?? generatedName(command), namespace: project },
    spec: {
      command,
      env: Object.fromEntries(options.env.map(pair)),
      resources: {
        ...given("cpus", options.cpus),
        ...given("memory", options.memory),
        ...given("accelerators", acceleratorsOf(options)),
      },
      inputs,
      outputs: options.output,
      volumes: options.volume.map(volumeOf),
      ...given("checkpoint", checkpointOf(options)),
      after: options.after,
      network: options.network,
      ...given("workdir", options.workdir),
      ...given("queue", options.queue),
      ...given("timeout", options.timeout),
      ...given("expectedDuration", options["expected-duration"]),
      ...(options["no-preempt"] ? { preemptible: false } : {}),
      ...given("gang", options.gang === undefined ? undefined : { topology: options.gang }),
      ...given("image", options.image),
      ...given("isolation", options.isolation),
      ...given("placement", placementOf(options)),
      ...given("priority", whole("priority", options.priority)),
      ...given(
        "retries",
        options.retries === undefined ? undefined : { limit: whole("retries", options.retries) },
      ),
      ...given(
        "array",
        options.array === undefined
          ? undefined
          : {
              count: whole("array", options.array),
              ...given("parallelism", whole("parallelism", options.parallelism)),
            },
      ),
    },
  };
}

/** `train.py` becomes `train-py-4f2a9c`: what it is, and never the same twice. */
function generatedName(command: readonly string[]): string {
  const word = basename(command[0] ?? "task")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40);
  return `${word || "task"}-${randomBytes(3).toString("hex")}`;
}

/** One that is named or kept is wanted. */
function checkpointOf(options: RunOptions): Record<string, unknown> | undefined {
  const { checkpoint, "checkpoint-dir": path, "keep-checkpoint": keep } = options;
  if (!checkpoint && path === undefined && !keep) return undefined;
  return { ...(path === undefined ? {} : { path }), ...(keep ? { keep: "always" } : {}) };
}

/** `2`, or `0.5` (half of one). */
function acceleratorsOf({
  gpus,
  "gpu-model": models,
  "gpu-memory": memory,
}: RunOptions): Record<string, unknown> | undefined {
  const some = {
    ...(models.length === 0 ? {} : { models }),
    ...(memory === undefined ? {} : { memory }),
  };
  if (gpus === undefined) return Object.keys(some).length === 0 ? undefined : { count: 1, ...some };
  const number = Number(gpus);
  if (!(number > 0))
    throw usageError(
      `--gpus is a number such as 2 or 0.5, not ${gpus}.`,
      `--gpus 为数字，如 2 或 0.5，而非 ${gpus}。`,
    );
  if (number < 1) return { count: 1, shareMilli: Math.round(number * 1000), ...some };
  if (Number.isInteger(number)) return { count: number, ...some };
  throw usageError("Ask for whole GPUs, or for a share of one below 1.", "请申请整卡，或小于 1 的单卡份额。");
}

const whole = (name: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  if (/^-?\d+$/.test(text)) return Number(text);
  throw usageError(`--${name} is a whole number, not ${text}.`, `--${name} 为整数，而非 ${text}。`);
};

function pair(text: string): [string, string] {
  const at = text.indexOf("=");
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  const value = process.env[text];
  if (value !== undefined) return [text, value];
  throw usageError(`--env is NAME=VALUE, not ${text}.`, `--env 的格式为 NAME=VALUE，而非 ${text}。`);
}

function volumeOf(text: string): Record<string, unknown> {
  const [name, mountPath, mode] = text.split(":");
  if (!name || !mountPath)
    throw usageError(
      `--volume is NAME:PATH[:ro], not ${text}.`,
      `--volume 的格式为 NAME:PATH[:ro]，而非 ${text}。`,
    );
  return { name, mountPath, ...(mode === "ro" ? { readOnly: true } : {}) };
}

/** `LOCAL` or `LOCAL:PATH`: a file, or a folder with everything in it. */
function localInput(text: string): LocalInput {
  const at = text.lastIndexOf(":");
  const [local, path] = at > 1 ? [text.slice(0, at), text.slice(at + 1)] : [text, basename(text)];
  return { local, path, where: `--file ${text}` };
}
