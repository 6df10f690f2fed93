import { type Cause, words } from "@yunhe/kernel";
import type { TaskSpec } from "./task-spec.ts";

/** What a schema cannot say of a task: relations between fields, and cancel being final (T5). */
export function taskCauses(
  spec: TaskSpec,
  previous: TaskSpec | undefined,
  isMember: boolean,
): readonly Cause[] {
  const causes: Cause[] = [];
  const devices = spec.resources.accelerators;
  if (devices && devices.count > 1 && devices.shareMilli < 1000) {
    causes.push({
      field: "spec.resources.accelerators.shareMilli",
      reason: "FieldValueInvalid",
      message: words(
        "A share of a device works with count 1 only; ask for whole devices or for one share.",
        "设备份额只能与 count 1 同用；请申请整卡，或只申请一个份额。",
      ),
    });
  }
  if (previous?.cancelled && !spec.cancelled) {
    causes.push({
      field: "spec.cancelled",
      reason: "FieldValueForbidden",
      message: words("Cancel is final; submit the task again instead.", "取消不可撤回；请重新提交任务。"),
    });
  }
  if (!isMember) causes.push(...gangCauses(spec));
  causes.push(...duplicatePaths(spec));
  return causes;
}

/** One gang is one transaction, so it has a bound. */
export const largestGang = 256;

function gangCauses({ gang, array }: TaskSpec): Cause[] {
  if (!gang) return [];
  const fault =
    array === undefined
      ? words(
          "A gang is an array whose members start together: give spec.array too.",
          "任务组是成员同时启动的数组：请同时给出 spec.array。",
        )
      : array.count > largestGang
        ? words(`A gang has at most ${largestGang} members.`, `任务组最多 ${largestGang} 个成员。`)
        : array.parallelism !== undefined && array.parallelism < array.count
          ? words(
              "The members of a gang all run at once: leave spec.array.parallelism out.",
              "任务组的成员同时运行：请去掉 spec.array.parallelism。",
            )
          : undefined;
  return fault ? [{ field: "spec.gang", reason: "FieldValueInvalid", message: fault }] : [];
}

function duplicatePaths(spec: TaskSpec): Cause[] {
  const seen = new Set<string>();
  return spec.inputs.flatMap((file, index): Cause[] => {
    if (!seen.has(file.path)) {
      seen.add(file.path);
      return [];
    }
    return [
      {
        field: `spec.inputs[${index}].path`,
        reason: "FieldValueDuplicate",
        message: words(
          `Two input files have the path ${file.path}.`,
          `有两个输入文件使用同一路径 ${file.path}。`,
        ),
      },
    ];
  });
}
