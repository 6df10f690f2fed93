import { type Words, words } from "@yunhe/kernel";

/** What `auditState` looks for in one state, and `HistoryAudit` in what led to it, by the ids of the invariants. */
export const checkedPromises: Readonly<Record<string, Words>> = {
  T1: words("No task waits for an attempt that is over or gone", "没有任务在等待已结束或不存在的尝试"),
  T3: words("At most one attempt of a task is not over", "每个任务至多有一次尝试未结束"),
  T5: words("No attempt was made after its task was cancelled", "任务取消后未再创建尝试"),
  T6: words("What is over stays over, with its outcome", "已结束的不再改变，且记录了结果"),
  T7: words("Retries are counted once each and bounded", "重试逐次计数且有上限"),
  R1: words("No core, byte or device is granted twice", "CPU、内存和设备从不重复授予"),
  R2: words("No placement took a queue over its quota", "没有放置使队列超出配额"),
  M1: words("Each usage record is its grant times its time", "每条用量等于授予资源乘以时间"),
  M2: words("Each attempt's usage is one chain without gaps", "每次尝试的用量连成一链，无缺口无重叠"),
  M3: words("No attempt is charged longer than it ran", "计费时长不超过实际运行时长"),
  E1: words("Whatever runs belongs to a task", "凡在运行者皆属于某个任务"),
  C5: words("An object is its uid, not its name", "对象以 uid 而非名称为准"),
  C7: words("What is deleted and held by nothing is gone", "已删除且无人持有的对象已消失"),
};
