import type { InputFile, Job, VolumeMount } from "../driver/port.ts";
import type { Attempt } from "../kinds/attempt.ts";
import type { Task } from "../kinds/task.ts";
import { durationMsOf } from "../quantity.ts";
import type { AttemptId } from "../driver/port.ts";

/** What the engine is asked to run for one attempt; pure. `inputs` are on this host already, `volumes` where its nodes see them. */
export function jobOf(
  task: Task,
  attempt: Attempt,
  node: string | undefined,
  files: {
    readonly inputs: readonly InputFile[];
    readonly volumes: readonly VolumeMount[];
    readonly pathVariables: Readonly<Record<string, string>>;
  },
  limits: { readonly logLimitBytes: number },
): Job {
  const index = arrayIndex(task);
  return {
    attempt: attempt.metadata.uid as string as AttemptId,
    title: `${task.metadata.namespace}/${task.metadata.name}#${attempt.spec.number}`,
    project: task.metadata.namespace ?? "",
    task: task.metadata.name,
    index,
    array: task.metadata.labels?.[arrayLabel],
    command: task.spec.command as [string, ...string[]],
    environment: {
      ...task.spec.env,
      YUNHE_PROJECT: task.metadata.namespace ?? "",
      YUNHE_TASK: task.metadata.name,
      YUNHE_ATTEMPT_NUMBER: String(attempt.spec.number),
      ...(index === undefined ? {} : { YUNHE_INDEX: String(index) }),
    },
    pathVariables: files.pathVariables,
    workingDirectory: task.spec.workdir,
    inputs: files.inputs,
    outputs: task.spec.outputs,
    volumes: files.volumes,
    grant: { node, ...attempt.spec.grant },
    network: task.spec.network,
    isolation: task.spec.isolation ?? "process",
    timeLimitMs: task.spec.timeout === undefined ? undefined : durationMsOf(task.spec.timeout),
    logLimitBytes: limits.logLimitBytes,
    image: task.spec.image,
  };
}

export const arrayIndexLabel = "compute.yunhe.dev/index";
export const arrayLabel = "compute.yunhe.dev/array";

export function arrayIndex(task: Task): number | undefined {
  const text = task.metadata.labels?.[arrayIndexLabel];
  return text === undefined ? undefined : Number(text);
}
