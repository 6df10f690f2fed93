import type { Words } from "@yunhe/kernel";
import { words } from "@yunhe/kernel";

/** Slurm's words for why a job waits or failed (https://slurm.schedmd.com/job_reason_codes.html), as sentences. */
const sentences: Readonly<Record<string, Words>> = {
  None: words("Slurm has not looked at it yet.", "Slurm 尚未调度到它。"),
  Resources: words("It is next and waits until enough is free.", "已排到最前，正在等待足够的空闲资源。"),
  Priority: words("Jobs of higher priority come first.", "优先级更高的作业排在前面。"),
  Dependency: words("It waits for another job to end.", "正在等待另一作业结束。"),
  DependencyNeverSatisfied: words(
    "A job that it depends on can no longer end as needed.",
    "其依赖的作业已无法按要求结束。",
  ),
  BeginTime: words(
    "Its earliest start, or the pause after a requeue, is still to come.",
    "尚未到最早开始时间，或重新排队后的等待尚未结束。",
  ),
  JobHeldUser: words(
    "Its user holds it back: `scontrol release` lets it go.",
    "被其用户挂起：可用 `scontrol release` 放行。",
  ),
  JobHeldAdmin: words(
    "An administrator holds it back: ask the cluster's administrator.",
    "被管理员挂起：请联系集群管理员。",
  ),
  Licenses: words("It waits for a licence.", "正在等待许可证。"),
  Reservation: words("Its reservation has not begun.", "其预留尚未开始。"),
  ReservationDeleted: words(
    "Its reservation was deleted: correct the pool's configuration.",
    "其预留已被删除：请更正资源池配置。",
  ),
  PartitionDown: words("The partition is down for now.", "该分区暂时停用。"),
  PartitionInactive: words("The partition takes and starts no jobs now.", "该分区目前不接收也不启动作业。"),
  PartitionNodeLimit: words(
    "It asks for more nodes than the partition allows, or its nodes are down.",
    "请求的节点数超过分区上限，或所需节点已停机。",
  ),
  PartitionTimeLimit: words(
    "It asks for more time than the partition allows: shorten the task's timeout.",
    "请求的时长超过分区上限：请缩短任务时限。",
  ),
  PartitionConfig: words(
    "No node of the partition can ever run it, or its settings do not allow it: ask for fewer cores, less memory or fewer devices.",
    "该分区没有节点能运行它，或分区设置不允许：请减少核数、内存或设备。",
  ),
  ReqNodeNotAvail: words(
    'A node that it needs is reserved, drained or down; with nodeChoice "slurm" another one may do.',
    "所需节点已被预留、排空或停机；将 nodeChoice 设为 “slurm” 可改用其他节点。",
  ),
  NodeDown: words("A node that it needs is down.", "所需节点已停机。"),
  NodeFail: words("Its node failed.", "其节点发生故障。"),
  BadConstraints: words(
    "No node can ever meet what it asks for: ask for less, or another model.",
    "没有节点能满足其要求：请减少请求或更换型号。",
  ),
  FrontEndDown: words("No front end node is available.", "没有可用的前端节点。"),
  SystemFailure: words("Slurm, the file system or the network failed.", "Slurm、文件系统或网络发生故障。"),
  JobLaunchFailure: words(
    "It could not be launched: the folder may not be visible there, or the node is ill.",
    "无法启动：该节点可能看不到目录，或节点异常。",
  ),
  NonZeroExitCode: words("It ended with an exit code other than 0.", "以非零退出码结束。"),
  RaisedSignal: words("It was ended by a signal.", "被信号终止。"),
  TimeLimit: words("Its time was over.", "已达时限。"),
  InactiveLimit: words("It was inactive for too long.", "空闲时间过长。"),
  InvalidAccount: words(
    'Its account is not valid: correct "account" in the pool\'s configuration.',
    "账户无效：请更正资源池配置中的 “account”。",
  ),
  AccountNotAllowed: words(
    'The partition does not allow its account: correct "account" or "partition".',
    "该分区不允许其账户：请更正 “account” 或 “partition”。",
  ),
  QOSNotAllowed: words(
    'The partition or account does not allow its QOS: correct "qos".',
    "分区或账户不允许其 QOS：请更正 “qos”。",
  ),
  InvalidQOS: words(
    'Its QOS is not valid: correct "qos" in the pool\'s configuration.',
    "QOS 无效：请更正资源池配置中的 “qos”。",
  ),
  AccountingPolicy: words("A limit of the cluster's accounting holds it back.", "受集群计账限额约束而等待。"),
  QOSUsageThreshold: words("Its QOS has used more than its threshold.", "其 QOS 的用量已超过阈值。"),
  QOSJobLimit: words("Its QOS runs as many jobs as it may.", "其 QOS 的作业数已达上限。"),
  QOSResourceLimit: words("Its QOS uses as much as it may.", "其 QOS 的资源用量已达上限。"),
  QOSTimeLimit: words("Its QOS has used up its time.", "其 QOS 的时间额度已用尽。"),
  JobArrayTaskLimit: words("Its array runs as many tasks at once as it may.", "其数组的并发任务数已达上限。"),
  Prolog: words("Its node is being prepared (prolog).", "正在准备节点（prolog）。"),
  Cleaning: words(
    "It is being requeued and its former run is being cleaned up.",
    "正在重新排队，上一次运行尚在清理。",
  ),
  NodeUnavailable: words("A node that it needs cannot be used now.", "所需节点目前不可用。"),
  Nodes_required_for_job_are_DOWN: words(
    "Nodes that it needs are down, drained or reserved.",
    "所需节点已停机、排空或被预留。",
  ),
  BurstBufferResources: words("It waits for burst buffer space.", "正在等待突发缓冲空间。"),
  BurstBufferStageIn: words("Its data is being brought to the burst buffer.", "其数据正在载入突发缓冲。"),
  BurstBufferOperation: words("The burst buffer failed.", "突发缓冲操作失败。"),
  DeadLine: words("It could no longer meet its deadline.", "已无法在截止时间前完成。"),
  FedJobLock: words(
    "Clusters of the federation are agreeing on who runs it.",
    "联邦内各集群正在协商由谁运行。",
  ),
  OutOfMemory: words("It used more memory than it was given.", "使用的内存超过所得。"),
  MaxMemPerLimit: words(
    "It asks for more memory per core or node than allowed.",
    "每核或每节点请求的内存超过上限。",
  ),
  MaxBBPerJob: words("It asks for more burst buffer than allowed.", "请求的突发缓冲超过上限。"),
  MaxRequeue: words("It was put back into the queue as often as allowed.", "重新排队次数已达上限。"),
  SchedDefer: words("It asked to start at once, and the cluster defers.", "请求立即启动，但集群推迟调度。"),
  ReservationMaxTRES: words("Its reservation is fully used.", "其预留的资源已用尽。"),
};

/** Names of limits: who is limited, what is limited (same page, QOS* and Assoc* families). */
const limitPattern =
  /^(?:(QOS|Assoc)(?:Grp|Max|Min)|(?:Max))([A-Za-z]*?)(Run)?(Minutes)?(?:Per(Job|Node|User|Account)|(Limit))?(?:Limit)?$/;

/** One sentence for any word of Slurm's; `squeue` may add details after a comma or in brackets. */
export function reasonWords(reason: string): Words {
  const plain = reason.replace(/^\(|\)$/g, "");
  const word = plain.split(/[,(: ]/)[0] ?? "";
  const sentence = sentences[plain] ?? sentences[word] ?? limitWords(word);
  if (sentence === undefined)
    return words(`Slurm gives the reason "${plain}".`, `Slurm 给出的原因：“${plain}”。`);
  return word === "None" || (word === plain && sentences[word] !== undefined)
    ? sentence
    : words(`${sentence.en} (Slurm: ${plain})`, `${sentence.zh}（Slurm：${plain}）`);
}

function limitWords(word: string): Words | undefined {
  const match = limitPattern.exec(word);
  if (match === null) return undefined;
  const [, who, what = "", , , per] = match;
  const [en, zh] =
    who === "QOS"
      ? ["quality of service (QOS)", "服务质量（QOS）"]
      : who === "Assoc"
        ? ["account", "账户"]
        : ["account or user", "账户或用户"];
  const of = per === undefined ? "" : ` per ${per.toLowerCase()}`;
  return words(
    `A limit of its ${en} is reached: ${what || "jobs"}${of}.`,
    `已达其${zh}的限额：${what || "作业"}${of}。`,
  );
}
