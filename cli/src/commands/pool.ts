import { type Client, RequestFailed, words } from "@yunhe/client";
import type { Context } from "../command/context.ts";
import { defineCommand } from "../command/define.ts";
import { CommandError, exitCodes, usageError } from "../command/errors.ts";
import { show } from "../output/list.ts";
import { alignedLine, columnWidths } from "../output/table.ts";
import { addOptions } from "../pool/add-options.ts";
import { follow, lookForAcceptance, lookForDrained, lookForRemoval } from "../pool/follow.ts";
import { conditionOf, messageOf, type Pool, pools, stateOf } from "../pool/kind.ts";
import { type AddOptions, poolSpec } from "../pool/settings.ts";

const wait = {
  "no-wait": { type: "flag", words: words("Do not wait for the end of it.", "不等待其完成。") },
  timeout: {
    type: "value",
    placeholder: "SECONDS",
    words: words("How long to wait; 600 unless said otherwise.", "等待多久，默认 600 秒。"),
  },
} as const;

const add = defineCommand({
  name: "pool add",
  usage: "[process|slurm] [NAME]",
  words: words("Register a pool, and prove it with a small task.", "登记资源池，并用小任务验证。"),
  details: words(
    "On a terminal it asks for what is missing. Nothing is placed in the pool before a small task has run there with a file sent and returned. If that fails the pool is removed again and the reason is shown, unless --keep is given.",
    "在终端中会询问缺少的内容。小任务带文件往返成功之前，不在池中放置任务。若失败则移除该池并说明原因，除非给出 --keep。",
  ),
  options: { ...addOptions, ...wait },
  examples: [
    "yunhe pool add slurm hpc --ssh ada@login.example.org --work-directory /home/ada/yunhe --partition gpu",
    "yunhe pool add slurm here --work-directory /shared/yunhe --jurisdiction CN --price-core 0.1",
    "yunhe pool add process second --cpus 4 --memory 8Gi --link local,latency=20,bandwidth=1000,egress=0.5",
  ],
  async run(context, options, args) {
    const guided = await completed(context, options, args);
    const client = await context.client();
    const object = {
      apiVersion: "compute.yunhe.dev/v1",
      kind: "Pool",
      metadata: { name: guided.name },
      spec: { ...poolSpec(guided.driver, guided.options), canary: !options["no-canary"] },
    };
    await client.resources<Pool>(pools).create(undefined, object);
    if (options["no-wait"]) return exitCodes.ok;
    const { name } = guided;
    const end = await follow(context, client, {
      name,
      timeoutMs: timeoutMs(options),
      look: lookForAcceptance,
    });
    if (end.type === "done") {
      await tellLimits(context, client, name);
      context.note(words(`Pool ${name} takes tasks.`, `资源池 ${name} 可接收任务。`));
      return exitCodes.ok;
    }
    if (end.type === "timed-out") throw notYet(name, end.last);
    if (!options.keep) await client.resources(pools).delete(undefined, name);
    throw notAccepted(name, end.why, options.keep);
  },
});

/** What the person who adds it should know: a clock that is off, an old version, no accounting. */
async function tellLimits(context: Context, client: Client, name: string): Promise<void> {
  const limited = conditionOf(await client.resources<Pool>(pools).get(undefined, name), "Limited");
  if (limited?.status === "True") context.note(messageOf(limited));
}

/** The command line, or what a person on a terminal adds to it. */
async function completed(
  context: Context,
  options: AddOptions,
  [driver, name, ...more]: readonly string[],
): Promise<{ readonly driver: string; readonly name: string; readonly options: AddOptions }> {
  if (more.length > 0) throw usageError(`What is ${more[0]}?`, `无法理解 ${more[0]}。`);
  if (driver !== undefined && name !== undefined) return { driver, name, options };
  if (!context.interactive || !process.stdin.isTTY)
    throw usageError(
      "Name a driver and the pool: `pool add slurm hpc`.",
      "请给出驱动与名称：`pool add slurm hpc`。",
    );
  const { guide } = await import("../pool/guide.ts");
  const guided = await guide(context, { driver, name, options });
  return { ...guided, options: { ...options, ...guided.options } };
}

const notAccepted = (name: string, why: { en: string; zh: string }, kept: boolean): CommandError =>
  new CommandError(
    exitCodes.failed,
    words(`Pool ${name} was not accepted.`, `资源池 ${name} 未通过验收。`),
    why,
    kept
      ? words(
          "It was kept and is tried again from time to time; `yunhe edit pool` changes it, `yunhe pool remove` removes it.",
          "已保留，并会不时重试；可用 `yunhe edit pool` 修改，或用 `yunhe pool remove` 移除。",
        )
      : words("It was removed again; correct this and add it anew.", "已将其移除；请更正后重新添加。"),
  );

const notYet = (name: string, last: { en: string; zh: string } | undefined): CommandError =>
  new CommandError(
    exitCodes.failed,
    words(`Pool ${name} is not accepted yet.`, `资源池 ${name} 尚未通过验收。`),
    last,
    words(
      "It stays and is accepted when its small task has run; `yunhe pool list` shows how it stands.",
      "资源池会保留，小任务完成后即被接受；可用 `yunhe pool list` 查看。",
    ),
  );

const list = defineCommand({
  name: "pool list",
  usage: "",
  words: words("Show the pools and how they stand.", "列出资源池及其状态。"),
  options: {},
  async run(context) {
    const client = await context.client();
    const found = await client.resources<Pool>(pools).list();
    if (context.output === "json" || context.output === "yaml") {
      show(context, found);
      return exitCodes.ok;
    }
    for (const line of poolLines(context, found.items)) context.print(line);
    return exitCodes.ok;
  },
});

function* poolLines({ say }: Context, items: readonly Pool[]): Generator<string> {
  const head = ["NAME", "DRIVER", "REGION", "NODES", "CORES", "DEVICES", "STATE"];
  const rows = items.map((pool) => {
    const { metadata, spec, status } = pool;
    const { cpuMilli = 0, devices = 0 } = status?.capacity ?? {};
    const counts = [status?.nodes ?? 0, cpuMilli / 1000, devices].map(String);
    return [metadata.name, spec.driver, spec.region, ...counts, say(stateOf(pool).word)];
  });
  const width = columnWidths([head, ...rows]);
  yield alignedLine(head, width);
  for (const [index, row] of rows.entries()) {
    yield alignedLine(row, width);
    const { more } = stateOf(items[index]!);
    if (more) yield `  ${say(messageOf(more))}`;
  }
}

/** A command that changes one pool's spec. */
const changing = (
  name: string,
  about: { readonly en: string; readonly zh: string },
  patch: Readonly<Record<string, boolean>>,
) =>
  defineCommand({
    name: `pool ${name}`,
    usage: "POOL",
    words: about,
    options: {},
    async run(context, _options, args) {
      await change(await context.client(), poolName(args), patch);
      return exitCodes.ok;
    },
  });

const cordon = changing(
  "cordon",
  words("Place nothing new in a pool; what runs there goes on.", "不再向资源池放置新任务；运行中的继续。"),
  { cordoned: true },
);
const uncordon = changing("uncordon", words("Place tasks in a pool again.", "重新向资源池放置任务。"), {
  cordoned: false,
  drain: false,
});

const drain = defineCommand({
  name: "pool drain",
  usage: "POOL",
  words: words(
    "Move what runs in a pool elsewhere and place nothing new.",
    "移走资源池中的任务，且不再放置新任务。",
  ),
  details: words(
    "Each task goes on elsewhere as a new attempt, which costs no retry; `yunhe pool uncordon` takes it back.",
    "各任务在别处以新的尝试继续，不计入重试；可用 `yunhe pool uncordon` 撤回。",
  ),
  options: wait,
  async run(context, options, args) {
    const name = poolName(args);
    const client = await context.client();
    await change(client, name, { drain: true });
    if (options["no-wait"]) return exitCodes.ok;
    const end = await follow(context, client, { name, timeoutMs: timeoutMs(options), look: lookForDrained });
    if (end.type === "done") return exitCodes.ok;
    throw stillGoing(words(`Pool ${name} still drains.`, `资源池 ${name} 仍在排空。`), end);
  },
});

const remove = defineCommand({
  name: "pool remove",
  usage: "POOL",
  words: words("Remove a pool when nothing runs in it any more.", "待资源池中无任务运行后将其移除。"),
  options: {
    drain: { type: "flag", words: words("Move what runs there first.", "先移走其中的任务。") },
    ...wait,
  },
  async run(context, options, args) {
    const name = poolName(args);
    const client = await context.client();
    const { metadata } = await client.resources<Pool>(pools).get(undefined, name);
    if (options.drain) await change(client, name, { drain: true });
    // An earlier removal may end in this moment.
    await client
      .resources(pools)
      .delete(undefined, name, { preconditions: { uid: metadata.uid } })
      .catch((error: unknown) => {
        if (!(error instanceof RequestFailed && error.code === 404)) throw error;
      });
    if (options["no-wait"]) return exitCodes.ok;
    const look = (pool: Pool | undefined) => lookForRemoval(metadata.uid, pool);
    const end = await follow(context, client, { name, timeoutMs: timeoutMs(options), look });
    if (end.type !== "done")
      throw stillGoing(words(`Pool ${name} is still there.`, `资源池 ${name} 仍在。`), end);
    context.note(words(`Pool ${name} is gone.`, `资源池 ${name} 已移除。`));
    return exitCodes.ok;
  },
});

type Unfinished = Exclude<Awaited<ReturnType<typeof follow>>, { type: "done" }>;

const stillGoing = (what: { en: string; zh: string }, end: Unfinished): CommandError =>
  new CommandError(
    exitCodes.failed,
    what,
    end.type === "failed" ? end.why : end.last,
    words(
      "It goes on without this command; `yunhe pool list` shows how it stands.",
      "操作仍会继续；可用 `yunhe pool list` 查看。",
    ),
  );

const change = (client: Client, name: string, spec: Readonly<Record<string, boolean>>): Promise<Pool> =>
  client.resources<Pool>(pools).mergePatch(undefined, name, { spec });

function poolName([name, ...more]: readonly string[]): string {
  if (name !== undefined && more.length === 0) return name;
  throw usageError("Name one pool.", "请给出一个资源池。");
}

function timeoutMs({ timeout }: { readonly timeout: string | undefined }): number {
  const seconds = Number(timeout ?? 600);
  if (seconds > 0) return seconds * 1000;
  throw usageError(`--timeout takes seconds, not ${timeout}.`, `--timeout 须为秒数，而非 ${timeout}。`);
}

export const commands = [add, list, cordon, uncordon, drain, remove];
