import type { Words } from "@yunhe/kernel";
import { words } from "@yunhe/kernel";
import { EngineUnreachable, JobRefused } from "@yunhe/domain-compute/driver";

type Rule = readonly [pattern: RegExp, words: (said: string) => Words];

/** The controller cannot be asked, or cannot be asked now. */
const unreachable: readonly Rule[] = [
  [
    /Rewound credential|Expired credential|credential.*(rewound|expired)/i,
    (said) =>
      words(
        `Slurm refused the request because clocks differ (${said}): set this host and the controller to the same time (NTP), then it goes on by itself.`,
        `时钟不一致，Slurm 拒绝了请求（${said}）：请让本机与控制节点对时（NTP），之后会自动恢复。`,
      ),
  ],
  [
    /munge|Protocol authentication error|Invalid authentication credential|authentication plugin/i,
    (said) =>
      words(
        `Slurm cannot tell who asks (${said}): check that munge runs on the host and has the cluster's key, or that the token is valid.`,
        `Slurm 无法确认请求者身份（${said}）：请检查该主机上 munge 是否在运行且使用集群的密钥，或令牌是否有效。`,
      ),
  ],
  [
    /Incompatible versions|protocol version|version.*not supported/i,
    (said) =>
      words(
        `The Slurm commands and the controller are of versions that do not speak to each other (${said}): install the controller's version of the commands.`,
        `Slurm 命令与控制器版本不兼容（${said}）：请安装与控制器版本一致的命令。`,
      ),
  ],
  [
    /s_p_parse_file|Unable to process configuration file|ClusterName needs|Could not establish a configuration source/i,
    (said) =>
      words(
        `Slurm's commands find no configuration (${said}): name the file in the pool's "slurmConf", or run them on a login host of the cluster.`,
        `Slurm 命令找不到配置（${said}）：请在资源池的 “slurmConf” 中指定配置文件，或改在集群的登录节点上运行。`,
      ),
  ],
  [
    /Unable to contact slurm controller|connect failure|Connection (refused|timed out|reset)|Socket timed out|Zero Bytes|Unexpected message|timed out|Unable to establish controller/i,
    (said) =>
      words(
        `The Slurm controller does not answer (${said}): check that slurmctld runs and can be reached; it is asked again.`,
        `Slurm 控制器没有应答（${said}）：请检查 slurmctld 是否运行、网络是否可达；稍后会再次询问。`,
      ),
  ],
];

/** The controller did answer, but another time the answer may differ. */
const passing =
  /temporarily unable|SubmitJobsLimit|submit job limit|MaxSubmit|submit limit|job violates accounting\/QOS policy|Required partition not available|partition is (down|inactive)|Slurm controller is (busy|in standby)|Resource temporarily unavailable|Maximum (job )?count|in the process of/i;

/** Refusals that a person can act on; others are told in Slurm's own words. */
const refusals: readonly Rule[] = [
  [
    /Invalid partition name|invalid partition specified/i,
    (said) =>
      words(
        `The cluster has no such partition (${said}): correct "partition" in the pool's configuration; \`sinfo\` lists them.`,
        `集群没有该分区（${said}）：请更正资源池配置中的 “partition”；可用 \`sinfo\` 查看。`,
      ),
  ],
  [
    /Invalid user id|Invalid account|account or account\/partition|Invalid qos|permi(ssion|tted)|Access(\/| )?denied|not permitted|not allowed/i,
    (said) =>
      words(
        `The cluster does not let this account run there (${said}): ask its administrator, or name another "account", "qos" or "partition" in the pool's configuration.`,
        `集群不允许该账户在此运行（${said}）：请联系管理员，或在资源池配置中改用其他 “account”、“qos” 或 “partition”。`,
      ),
  ],
  [
    /generic resource|gres|Invalid Trackable RESource/i,
    (said) =>
      words(
        `No node has these devices (${said}): ask for a model that the pool shows.`,
        `没有节点具备所请求的设备（${said}）：请选用资源池中列出的型号。`,
      ),
  ],
  [
    /node configuration is not available|Memory specification|CPU count|More processors/i,
    (said) =>
      words(
        `No node of the partition is large enough for it (${said}): ask for fewer cores, less memory or fewer devices.`,
        `该分区没有足够大的节点（${said}）：请减少核数、内存或设备。`,
      ),
  ],
  [
    /time limit/i,
    (said) =>
      words(
        `The partition does not allow a run this long (${said}): give the task a shorter timeout.`,
        `该分区不允许运行这么久（${said}）：请缩短任务时限。`,
      ),
  ],
  [
    /Invalid feature|Invalid node name|reservation/i,
    (said) =>
      words(
        `The cluster knows no such feature, node or reservation (${said}): correct the pool's configuration.`,
        `集群没有该特性、节点或预留（${said}）：请更正资源池配置。`,
      ),
  ],
];

/** The first lines that say something, without the program's own prefixes. */
export function saying(stderr: string): string {
  const lines = stderr
    .split("\n")
    .map((line) =>
      line
        .replace(/^(sbatch|squeue|sacct|scancel|scontrol|slurm_load_\w+)(: | )(error|fatal)?:? ?/, "")
        .trim(),
    )
    .filter((line) => line !== "");
  return lines.slice(0, 3).join("; ").slice(0, 500) || "no message";
}

export function unreachableBecause(stderr: string): EngineUnreachable | undefined {
  const said = saying(stderr);
  const rule = unreachable.find(([pattern]) => pattern.test(stderr));
  return rule === undefined ? undefined : new EngineUnreachable(rule[1](said));
}

/** Of a question: whatever went wrong, nothing is known. */
export function questionFailed(command: string, stderr: string): EngineUnreachable {
  const said = saying(stderr);
  return (
    unreachableBecause(stderr) ??
    new EngineUnreachable(words(`${command} failed: ${said}`, `${command} 执行失败：${said}`))
  );
}

/** Of a submission: JobRefused only where the controller (or sbatch itself) has said no. */
export function submissionFailed(stderr: string): Error {
  const lost = unreachableBecause(stderr);
  if (lost !== undefined) return lost;
  const said = saying(stderr);
  if (passing.test(stderr)) {
    return new EngineUnreachable(
      words(
        `Slurm takes no job now (${said}); it is tried again.`,
        `Slurm 目前不接收作业（${said}）；稍后重试。`,
      ),
    );
  }
  const rule = refusals.find(([pattern]) => pattern.test(stderr));
  if (rule !== undefined) return new JobRefused(rule[1](said));
  const answered = /submission failed|sbatch: error: (Invalid|invalid)|unrecognized option/.test(stderr);
  if (answered) return new JobRefused(words(`Slurm refused the job: ${said}`, `Slurm 拒绝了该作业：${said}`));
  return new Error(`sbatch failed: ${said}`);
}
