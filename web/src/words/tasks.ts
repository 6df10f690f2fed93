import { w } from "./words.ts";

export const tasksWords = {
  title: w("Tasks", "任务"),
  lead: w(
    "Live. Filters stay in the address, so a view can be sent to somebody.",
    "实时更新。筛选条件保存在地址中，可直接分享。",
  ),
  submit: w("Submit a task", "提交任务"),
  phase: w("Phase", "阶段"),
  queue: w("Queue", "队列"),
  allQueues: w("All queues", "全部队列"),
  search: w("Name or command", "名称或命令"),
  task: w("Task", "任务"),
  reason: w("Reason", "原因"),
  where: w("Where", "位置"),
  attempts: w("Attempts", "尝试"),
  duration: w("Duration", "时长"),
  showMembers: w("Show members of {name}", "显示 {name} 的成员"),
  hideMembers: w("Hide members of {name}", "隐藏 {name} 的成员"),
  arrayProgress: w(
    "{succeeded} succeeded, {failed} failed, {running} running, {waiting} waiting, {cancelled} cancelled of {total}",
    "共 {total} 个：{succeeded} 成功，{failed} 失败，{running} 运行中，{waiting} 等待，{cancelled} 已取消",
  ),
  done: w("{done} of {total}", "{done} / {total}"),
  failedCount: w("{count} failed", "{count} 个失败"),
  allMembers: w("All members", "查看全部成员"),
  emptyTitle: w("No tasks yet", "还没有任务"),
  emptyBody: w(
    "Submit one here, or run `./yunhe run echo hello` in a terminal: it appears here at once.",
    "可在此提交任务，或在终端运行 `./yunhe run echo hello`，任务会立即出现在这里。",
  ),
  noMatchTitle: w("No task matches the filters", "没有符合筛选条件的任务"),
  noMatchBody: w("There are {count} tasks without them.", "不加筛选时共有 {count} 个任务。"),
  clearFilters: w("Clear filters", "清除筛选"),
} as const;
