import { w } from "./words.ts";

export const queueWords = {
  use: w("What it holds", "占用情况"),
  tasks: w("Attempts", "尝试数"),
  ofQuota: w("{used} of {quota}", "{used} / {quota}"),
  unbounded: w("{used}, no bound", "{used}，不限"),
  borrowed: w("{amount} borrowed", "已借用 {amount}"),
  mayBorrow: w("may borrow {amount}", "可借用 {amount}"),
  nothing: w("It holds nothing, and nothing bounds it.", "没有占用，也没有配额限制。"),
  waiting: w("Waiting", "等待"),
  running: w("Running", "运行"),
  reserved: w("Places kept for", "资源预留给"),
  unknownTime: w("nobody knows until when", "预留至何时未知"),
  cohort: w("Cohort {cohort}: lends and borrows with", "队列组 {cohort}：与以下队列互相借用"),
  alone: w("No other queue is in it.", "组内没有其他队列。"),
} as const;
