import { w } from "./words.ts";

export const verificationWords = {
  title: w("What the store must keep to", "存储须遵守的保证"),
  run: w("Check the store now", "立即检查存储"),
  running: w("Checking every object and audit entry…", "正在检查每个对象和每条审计记录……"),
  never: w(
    "Never checked on this server. A check reads everything once, beside the running work, and changes nothing.",
    "本服务器尚未检查过。检查会在不影响运行的情况下通读一遍数据，不作任何改动。",
  ),
  holds: w(
    "Everything holds: {objects} objects and {entries} audit entries at revision {revision}.",
    "全部成立：修订 {revision} 处的 {objects} 个对象和 {entries} 条审计记录。",
  ),
  broken: w(
    "{count} promises do not hold at revision {revision}. Keep a copy of the data folder before anything else.",
    "修订 {revision} 处有 {count} 项保证不成立。请先备份数据目录。",
  ),
  checked: w("Checked {when} by {actor}, in {took}", "{actor} 于 {when} 检查，用时 {took}"),
  kept: w("holds", "成立"),
  places: w("broken in {count} places", "{count} 处不成立"),
} as const;
