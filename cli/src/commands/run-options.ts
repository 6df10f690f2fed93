import { words } from "@yunhe/client";

/** What a task is to do and what it needs. */
const taskOptions = {
  detach: {
    type: "flag",
    short: "d",
    words: words("Do not wait; print the task's name.", "不等待；打印任务名。"),
  },
  name: { type: "value", placeholder: "NAME", words: words("Name of the task.", "任务名。") },
  cpus: {
    type: "value",
    short: "c",
    placeholder: "N",
    words: words("Cores: 2, 0.5, 500m.", "核数：2、0.5、500m。"),
  },
  memory: {
    type: "value",
    short: "m",
    placeholder: "SIZE",
    words: words("Memory: 512Mi, 2Gi.", "内存：512Mi、2Gi。"),
  },
  gpus: {
    type: "value",
    short: "g",
    placeholder: "N",
    words: words("GPUs: 2, or 0.5 for half of one.", "GPU：2，或 0.5 表示半张卡。"),
  },
  "gpu-model": {
    type: "list",
    placeholder: "MODEL",
    words: words("Accepted model; may be given often.", "可接受的型号；可多次给出。"),
  },
  "gpu-memory": {
    type: "value",
    placeholder: "SIZE",
    words: words("Memory needed on each GPU: 20Gi.", "每张 GPU 所需显存：20Gi。"),
  },
  file: {
    type: "list",
    short: "f",
    placeholder: "LOCAL[:PATH]",
    words: words("Send a file with the task.", "随任务发送文件。"),
  },
  output: {
    type: "list",
    placeholder: "PATH",
    words: words("Keep this file or glob afterwards.", "结束后保留该文件或通配符。"),
  },
  env: {
    type: "list",
    short: "e",
    placeholder: "NAME=VALUE",
    words: words("Environment variable.", "环境变量。"),
  },
  volume: {
    type: "list",
    short: "v",
    placeholder: "NAME:PATH[:ro]",
    completes: "volumes",
    words: words("Mount a volume.", "挂载存储卷。"),
  },
  checkpoint: {
    type: "flag",
    words: words(
      "A folder that follows it from attempt to attempt; see YUNHE_CHECKPOINT.",
      "随各次尝试前往的目录，见 YUNHE_CHECKPOINT。",
    ),
  },
  "checkpoint-dir": {
    type: "value",
    placeholder: "PATH",
    words: words("Where it appears; .checkpoint by default.", "其位置；默认 .checkpoint。"),
  },
  "keep-checkpoint": {
    type: "flag",
    words: words("Keep it also after success.", "成功后也予保留。"),
  },
  workdir: {
    type: "value",
    short: "w",
    placeholder: "PATH",
    words: words("Folder to start in.", "起始目录。"),
  },
  array: {
    type: "value",
    placeholder: "N",
    words: words("Run it N times; each sees YUNHE_INDEX.", "运行 N 次；各自可见 YUNHE_INDEX。"),
  },
  parallelism: {
    type: "value",
    placeholder: "N",
    words: words("Of an array, how many at once.", "数组中同时运行的数量。"),
  },
  gang: {
    type: "value",
    placeholder: "WITHIN",
    choices: ["any", "node", "rack", "fabric", "pool"],
    words: words(
      "Members of the array start together or not at all: any, or within one node, rack, fabric, pool.",
      "数组成员同时启动，否则都不启动：any 任意，或限于同一 node、rack、fabric、pool。",
    ),
  },
  retries: {
    type: "value",
    placeholder: "N",
    words: words("Try again after failures.", "失败后重试次数。"),
  },
  timeout: {
    type: "value",
    placeholder: "SPAN",
    words: words("Longest run: 30s, 1h30m.", "最长运行时间：30s、1h30m。"),
  },
  "expected-duration": {
    type: "value",
    placeholder: "SPAN",
    words: words(
      "How long one run takes: lets short tasks pass, and estimates be made.",
      "单次运行的预计时长：使短任务可先行，并用于估计等待。",
    ),
  },
  queue: {
    type: "value",
    short: "q",
    placeholder: "QUEUE",
    completes: "queues",
    words: words("Queue to wait in.", "等待的队列。"),
  },
  priority: { type: "value", placeholder: "N", words: words("Higher goes first.", "数值越高越先运行。") },
  "no-preempt": {
    type: "flag",
    words: words(
      "Never ended for another task; never on borrowed quota.",
      "绝不为其他任务而中止；也不使用借用配额。",
    ),
  },
  after: {
    type: "list",
    placeholder: "TASK",
    completes: "tasks",
    words: words("Only after this task succeeded.", "在该任务成功之后。"),
  },
  image: {
    type: "value",
    placeholder: "IMAGE",
    words: words("OCI image, in pools that run containers.", "OCI 镜像，用于运行容器的资源池。"),
  },
  network: { type: "flag", words: words("Let it reach the network.", "允许访问网络。") },
} as const;

/** Where it may run, and what is better among the places that are allowed. */
const placementOptions = {
  pool: {
    type: "list",
    placeholder: "POOL",
    completes: "pools",
    words: words("Only in this pool; may be given often.", "仅限该资源池；可多次给出。"),
  },
  provider: { type: "list", placeholder: "NAME", words: words("Only of this provider.", "仅限该提供商。") },
  region: { type: "list", placeholder: "REGION", words: words("Only in this region.", "仅限该地域。") },
  jurisdiction: {
    type: "list",
    placeholder: "LAW",
    words: words(
      "Only where this law holds, such as CN; its data stay there too.",
      "仅限该法域，如 CN；其数据也留在其中。",
    ),
  },
  "max-price": {
    type: "value",
    placeholder: "PRICE[CURRENCY]",
    words: words("At most this price an hour: 2.5, 2.5USD.", "每小时价格上限：2.5、2.5USD。"),
  },
  "max-latency": {
    type: "value",
    placeholder: "PLACE:MS",
    words: words(
      "At most so far from a place or pool: shanghai:20.",
      "到某地或某资源池的时延上限：shanghai:20。",
    ),
  },
  capacity: {
    type: "value",
    placeholder: "KIND",
    choices: ["on-demand", "spot"],
    words: words(
      "on-demand, or spot: may be taken back, at its price.",
      "on-demand，或 spot：可被回收，按其计价。",
    ),
  },
  prefer: {
    type: "list",
    placeholder: "WISH[=WEIGHT]",
    choices: [
      "cheap",
      "fast-start",
      "low-carbon",
      "near:",
      "spread:node",
      "spread:rack",
      "spread:zone",
      "spread:pool",
    ],
    words: words(
      "What is better: cheap, fast-start, low-carbon, near:PLACE; members apart: spread:node. Weight 1: as much as the queue's policy.",
      "偏好：cheap 低价、fast-start 早启动、low-carbon 低碳、near:地点；成员分散：spread:node。权重 1 与队列策略相当。",
    ),
  },
  isolation: {
    type: "value",
    placeholder: "LEVEL",
    choices: ["process", "limits", "sandbox", "container"],
    words: words("The least isolation it accepts.", "可接受的最低隔离级别。"),
  },
} as const;

export const runOptions = { ...taskOptions, ...placementOptions };
