import { type AnyKind, keyOfKind, kindKey, type KindKey, type Words, words } from "@yunhe/kernel";
import {
  clusterRoleBindingKind,
  projectKind,
  roleBindingKind,
  serviceAccountKind,
  tokenKind,
  userKind,
} from "../kinds/index.ts";

/** Kinds that are treated alike. A new kind gets its class from its scope: nothing to add here for it. */
export const classes = ["work", "record", "fleet", "project", "access", "account", "token", "audit"] as const;
export type Class = (typeof classes)[number];

export const classWords: Readonly<Record<Class, Words>> = {
  work: words(
    "work: tasks, volumes and what else people keep in a project",
    "工作：任务、数据卷等项目内对象",
  ),
  record: words(
    "record: what the control plane alone writes in a project (attempts, usage)",
    "记录：控制面写入项目的对象（尝试、用量）",
  ),
  fleet: words("fleet: pools, nodes, queues", "资源：资源池、节点、队列"),
  project: words("project: projects themselves", "项目本身"),
  access: words("access: role bindings", "授权：角色绑定"),
  account: words("account: users and service accounts", "账号：用户与服务账号"),
  token: words("token: tokens and sessions", "令牌与会话"),
  audit: words("audit: the audit log", "审计日志"),
};

/** The audit log is no kind; who asks about it asks under this key, with the project as namespace ("": all). */
export const auditKey: KindKey = kindKey("audit.yunhe.dev", "entries");

const named: ReadonlyMap<KindKey, Class> = new Map<KindKey, Class>([
  [keyOfKind(projectKind), "project"],
  [keyOfKind(userKind), "account"],
  [keyOfKind(serviceAccountKind), "account"],
  [keyOfKind(tokenKind), "token"],
  [keyOfKind(roleBindingKind), "access"],
  [keyOfKind(clusterRoleBindingKind), "access"],
  [auditKey, "audit"],
]);

export function classOf(kind: AnyKind): Class {
  const known = named.get(keyOfKind(kind));
  if (known !== undefined) return known;
  if (kind.scope === "Cluster") return "fleet";
  return kind.readOnly ? "record" : "work";
}
