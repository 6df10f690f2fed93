import { type Words, words } from "@yunhe/kernel";

/** From weak to strong; each may do all that the one before it may. */
export const roles = ["viewer", "member", "operator", "admin"] as const;
export type Role = (typeof roles)[number];

/** 0 no role, 1 viewer … 4 admin: numbers, because the hot path compares and indexes with them. */
export type Rank = 0 | 1 | 2 | 3 | 4;

export const rankOf = (role: Role | undefined): Rank =>
  (role === undefined ? 0 : roles.indexOf(role) + 1) as Rank;

export const roleOf = (rank: Rank): Role | undefined => (rank === 0 ? undefined : roles[rank - 1]);

export const strongest = (left: Rank, right: Rank): Rank => (left > right ? left : right);
export const weakest = (left: Rank, right: Rank): Rank => (left < right ? left : right);

export const roleWords: Readonly<Record<Role, Words>> = {
  viewer: words("viewer", "只读者"),
  member: words("member", "成员"),
  operator: words("operator", "运维者"),
  admin: words("admin", "管理员"),
};

export const roleDescriptions: Readonly<Record<Role, Words>> = {
  viewer: words("Reads everything in the project and the fleet.", "查看项目与算力资源的一切。"),
  member: words("Also runs and ends tasks and keeps volumes.", "另可运行、终止任务，管理数据卷。"),
  operator: words(
    "Also looks after the fleet: pools, nodes and queues. Sees no tokens of others.",
    "另可管理资源池、节点与队列；看不到他人的令牌。",
  ),
  admin: words(
    "Also decides who may do what: bindings, service accounts and their tokens.",
    "另可决定谁能做什么：角色绑定、服务账号及其令牌。",
  ),
};
