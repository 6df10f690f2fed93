import type { Gang, Topology } from "../model/task.ts";
import type { Policy } from "../policies/policy.ts";
import { membersFitting } from "./capacity.ts";
import { chooseMember, memberOn } from "./choose.ts";
import type { Member } from "./member.ts";
import { isScore } from "./evaluate.ts";
import { giveMember, takeMember } from "./member.ts";
import type { RandomSource } from "./random.ts";
import type { ShapeIndex } from "./shape-index.ts";
import type { FleetState } from "./state.ts";

/** What a gang is placed with. */
export interface GangContext {
  readonly state: FleetState;
  readonly index: ShapeIndex;
  readonly policy: Policy;
  readonly random: RandomSource;
}

/** One rack, fabric, pool or node, and how many members it can take now. */
export interface Domain {
  readonly nodes: readonly number[];
  readonly members: number;
}

/**
 * Places all members or none. Of the domains that can hold the whole gang the tightest is tried first, so that large
 * ones stay whole; within it each member goes where the policy puts it.
 */
export function proposeGang(context: GangContext, gang: Gang): Member[] | undefined {
  const { state, index } = context;
  const together = index.shape.affinity?.required && index.shape.affinity.kind === "together";
  if (gang.topology === "any" && !together)
    return allOrNothing(context, gang.size, () => chooseMemberAnywhere(context));
  for (const domain of domainsFor(state, index, gang.topology)) {
    if (domain.members < gang.size) continue;
    const members = allOrNothing(context, gang.size, () => bestWithin(context, domain.nodes));
    if (members) return members;
  }
  return undefined;
}

/** Domains that can take at least one member, tightest first, then by the smallest rank of their nodes. */
export function domainsFor(state: FleetState, index: ShapeIndex, topology: Topology): Domain[] {
  const domains = new Map<number, Room[]>();
  for (const node of state.nodeAtRank) {
    const members = membersFitting(state, index, node);
    if (members === 0) continue;
    const key = domainOf(state, topology, node);
    const rooms = domains.get(key);
    if (rooms) rooms.push({ node, members });
    else domains.set(key, [{ node, members }]);
  }
  return [...domains.values()].map((rooms) => domain(rooms, index)).toSorted((a, b) => a.members - b.members);
}

interface Room {
  readonly node: number;
  readonly members: number;
}

/** What its nodes can hold together; a required affinity among the members themselves leaves less. */
function domain(rooms: readonly Room[], { shape }: ShapeIndex): Domain {
  const { affinity, group } = shape;
  if (!affinity?.required || !group) return whole(rooms);
  const parts = [...Map.groupBy(rooms, ({ node }) => group.domainOf(node)).values()].map(whole);
  if (affinity.kind === "apart") return { nodes: rooms.map(({ node }) => node), members: parts.length };
  if (group.total > 0) return whole(rooms);
  return parts.reduce((largest, part) => (part.members > largest.members ? part : largest));
}

const whole = (rooms: readonly Room[]): Domain => ({
  nodes: rooms.map(({ node }) => node),
  members: rooms.reduce((sum, { members }) => sum + members, 0),
});

function domainOf(state: FleetState, topology: Topology, node: number): number {
  if (topology === "node") return node;
  if (topology === "rack") return state.rackOf[node]!;
  if (topology === "fabric") return state.fabricOf[node]!;
  return topology === "pool" ? state.poolOf[node]! : 0;
}

/** Takes members one by one, so that the next one sees what is left, and gives all back: a proposal deducts nothing. */
function allOrNothing(
  { state, index }: GangContext,
  size: number,
  next: () => Member | undefined,
): Member[] | undefined {
  const members: Member[] = [];
  for (let member = next(); member; member = members.length < size ? next() : undefined) {
    takeMember(state, index.shape, member);
    members.push(member);
  }
  for (const member of members.toReversed()) giveMember(state, index.shape, member);
  return members.length === size ? members : undefined;
}

const chooseMemberAnywhere = ({ state, index, policy, random }: GangContext): Member | undefined =>
  chooseMember(state, index, policy, random);

function bestWithin(
  { state, index, policy, random }: GangContext,
  nodes: readonly number[],
): Member | undefined {
  index.refresh();
  let best = -1;
  for (const node of nodes) {
    const standing = index.ranking.of(node);
    if (isScore(standing) && (best < 0 || standing > index.ranking.of(best))) best = node;
  }
  return best < 0 ? undefined : memberOn(state, index, policy, random, best);
}
