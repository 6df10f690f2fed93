import { field } from "@yunhe/kernel";
import { z } from "zod";
import { isolationLevels } from "../driver/port.ts";
import { bytesQuantity, cpuQuantity, duration } from "../quantity.ts";
import { gangSpec, placementSpec } from "./task-placement.ts";

const environmentName = z
  .string()
  .regex(
    /^[A-Za-z_][A-Za-z0-9_]*$/,
    "An environment name has letters, digits and _ and does not start with a digit. / 环境变量名只含字母、数字和下划线，且不以数字开头。",
  );

const text = (what: string, whatZh: string) =>
  z
    .string()
    .refine(
      (value) => !value.includes("\0"),
      `${what} cannot hold a NUL character. / ${whatZh}不能含有 NUL 字符。`,
    );

/** A relative path that stays inside the working directory. */
export const innerPath = z
  .string()
  .min(1)
  .max(1024)
  .refine(
    (path) => !path.startsWith("/") && !path.includes("\0") && !path.split("/").includes(".."),
    "Give a path inside the working directory: relative, without `..`. / 请给出工作目录内的相对路径，不含 `..`。",
  );

const accelerators = z.strictObject({
  count: field(z.int().min(1).max(1024).default(1), { en: "How many devices.", zh: "设备数量。" }),
  models: field(z.array(z.string().min(1)).max(32).default([]), {
    en: "Accepted device models; empty: any.",
    zh: "可接受的设备型号；为空表示任意。",
  }),
  shareMilli: field(z.int().min(1).max(1000).default(1000), {
    en: "Share of each device's compute in thousandths; below 1000 only with one device.",
    zh: "每个设备算力的千分份额；小于 1000 时只能申请一个设备。",
    format: "milli",
  }),
  memory: field(bytesQuantity.optional(), {
    en: "Device memory needed on each device.",
    zh: "每个设备所需显存。",
    format: "bytes",
  }),
});

const resources = z.strictObject({
  cpus: field(cpuQuantity.default(1), { en: "CPU cores.", zh: "CPU 核数。", format: "cores" }),
  memory: field(bytesQuantity.default("256Mi"), {
    en: "Memory; more ends the task.",
    zh: "内存；超出则任务被终止。",
    format: "bytes",
  }),
  accelerators: field(accelerators.optional(), { en: "GPUs and other devices.", zh: "GPU 等加速设备。" }),
});

const inputFile = z
  .strictObject({
    path: field(innerPath, { en: "Where the task finds it.", zh: "任务中的路径。" }),
    content: field(z.string().max(1_048_576).optional(), {
      en: "Text of a small file.",
      zh: "小文件的文本内容。",
      format: "multiline",
    }),
    sha256: field(
      z
        .string()
        .regex(
          /^[0-9a-f]{64}$/,
          "A SHA-256 digest is 64 lower-case hexadecimal digits. / SHA-256 摘要为 64 位小写十六进制。",
        )
        .optional(),
      { en: "Content that was uploaded before, by digest.", zh: "先前上传内容的摘要。" },
    ),
    executable: field(z.boolean().default(false), { en: "Make it executable.", zh: "设为可执行。" }),
  })
  .refine(
    (file) => (file.content === undefined) !== (file.sha256 === undefined),
    "Give either content or sha256. / content 与 sha256 二者给其一。",
  );

const volumeMount = z.strictObject({
  name: field(z.string().min(1), {
    en: "A Volume of this project.",
    zh: "本项目的存储卷。",
    format: "ref:volumes.compute.yunhe.dev",
  }),
  mountPath: field(innerPath, {
    en: "Where it appears, inside the working directory.",
    zh: "在工作目录中的挂载位置。",
  }),
  readOnly: field(z.boolean().default(false), { en: "Do not let the task change it.", zh: "任务不可修改。" }),
});

const retries = z.strictObject({
  limit: field(z.int().min(0).max(100).default(0), {
    en: "How often a failed attempt is tried again.",
    zh: "失败后重试次数。",
  }),
  backoff: field(duration.default("1s"), {
    en: "Pause before the first retry; doubles each time.",
    zh: "首次重试前的等待；逐次加倍。",
    format: "duration",
  }),
  maxBackoff: field(duration.default("5m"), { en: "Longest pause.", zh: "最长等待。", format: "duration" }),
  whenLost: field(z.enum(["move", "wait"]).default("move"), {
    en: "When its pool is out of reach for longer than the pool tolerates: move elsewhere, or wait for it. Where it was may still be working on it.",
    zh: "资源池失联超过容忍时间后：改往他处，或继续等待。原处可能仍在执行。",
  }),
});

const checkpoint = z.strictObject({
  path: field(innerPath.default(".checkpoint"), {
    en: "Where the folder appears, inside the working directory; YUNHE_CHECKPOINT names it.",
    zh: "目录在工作目录中的位置；由 YUNHE_CHECKPOINT 给出。",
  }),
  keep: field(z.enum(["until-success", "always"]).default("until-success"), {
    en: "Remove it when the task has succeeded, or keep it as long as the task is there.",
    zh: "任务成功后删除，或随任务一直保留。",
  }),
});

const arraySpec = z.strictObject({
  count: field(z.int().min(1).max(100_000), {
    en: "How many tasks; each sees YUNHE_INDEX from 0.",
    zh: "任务数量；各任务从 YUNHE_INDEX 得到自 0 起的序号。",
  }),
  parallelism: field(z.int().min(1).optional(), {
    en: "How many run at once; default: as many as fit.",
    zh: "同时运行的数量；默认尽可能多。",
  }),
});

/** What is wanted of a task. */
export const taskSpec = z.strictObject({
  command: field(
    z.array(text("A command", "命令")).min(1, "Name a program to run. / 请给出要运行的程序。").max(4096),
    {
      en: "Program and arguments; no shell reads them.",
      zh: "程序及参数；不经过 shell。",
    },
  ),
  env: field(z.record(environmentName, text("A value", "变量值")).default({}), {
    en: "Environment variables.",
    zh: "环境变量。",
  }),
  workdir: field(z.union([z.literal(""), innerPath]).default(""), {
    en: "Folder to start in, inside the task's own directory.",
    zh: "起始目录，位于任务自身目录之内。",
  }),
  resources: field(resources.prefault({}), { en: "What it needs.", zh: "所需资源。" }),
  inputs: field(z.array(inputFile).max(1000).default([]), {
    en: "Files sent with the task.",
    zh: "随任务发送的文件。",
  }),
  outputs: field(z.array(innerPath).max(100).default([]), {
    en: "Files to keep afterwards: paths or globs.",
    zh: "结束后保留的文件：路径或通配符。",
  }),
  volumes: field(z.array(volumeMount).max(32).default([]), {
    en: "Volumes to mount.",
    zh: "要挂载的存储卷。",
  }),
  checkpoint: field(checkpoint.optional(), {
    en: "A folder that follows the task from attempt to attempt, wherever they run.",
    zh: "跟随任务的目录：无论下一次尝试在何处运行，都随之前往。",
  }),
  network: field(z.boolean().default(false), { en: "Let it reach the network.", zh: "允许访问网络。" }),
  isolation: field(z.enum(isolationLevels).optional(), {
    en: "The least isolation it accepts.",
    zh: "可接受的最低隔离级别。",
  }),
  image: field(z.string().min(1).optional(), {
    en: "OCI image, on pools that run containers.",
    zh: "OCI 镜像，用于运行容器的资源池。",
  }),
  queue: field(z.string().min(1).default("default"), {
    en: "The queue it waits in.",
    zh: "等待所在的队列。",
    format: "ref:queues.compute.yunhe.dev",
  }),
  priority: field(z.int().min(-1000).max(1000).default(0), {
    en: "Higher goes first within the queue.",
    zh: "数值越高，在队列中越先运行。",
  }),
  preemptible: field(z.boolean().default(true), {
    en: "It may be ended and tried again for a task of higher priority, or when borrowed quota is taken back. false: never, and it never runs on borrowed quota.",
    zh: "可为更高优先级的任务或被收回的借用配额而中止并重试。false：绝不中止，也绝不使用借用的配额。",
  }),
  expectedDuration: field(duration.optional(), {
    en: "How long one run takes; lets short tasks pass large ones that wait, and estimates be made. Default: the timeout.",
    zh: "单次运行的预计时长；用于让短任务先行并估计等待时间。默认取 timeout。",
    format: "duration",
  }),
  gang: gangSpec,
  after: field(z.array(z.string().min(1)).max(1000).default([]), {
    en: "Tasks of this project that must succeed first.",
    zh: "须先成功的同项目任务。",
  }),
  array: field(arraySpec.optional(), { en: "Run it many times with an index.", zh: "带序号运行多次。" }),
  retries: field(retries.prefault({}), { en: "What happens when it fails.", zh: "失败时的处理。" }),
  timeout: field(duration.optional(), {
    en: "Longest run of one attempt.",
    zh: "单次尝试的最长运行时间。",
    format: "duration",
  }),
  placement: field(placementSpec.prefault({}), { en: "Where it may run.", zh: "允许的运行位置。" }),
  cancelled: field(z.boolean().default(false), {
    en: "Set to end it; cannot be taken back.",
    zh: "置为 true 以取消；不可撤回。",
  }),
});

export type TaskSpec = z.output<typeof taskSpec>;
