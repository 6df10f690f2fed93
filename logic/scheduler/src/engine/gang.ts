import type { Gang } from "../model/task.ts";
import type { Policy } from "../policies/policy.ts";
import { chooseMember } from "./choose.ts";
import type { Member } from "./decision.ts";
import { giveMember, takeMember } from "./member.ts";
import type { RandomSource } from "./random.ts";
import type { ShapeIndex } from "./shape-index.ts";
import type { FleetState } from "./state.ts";

/** Places all members or none: members are taken one by one to see the next one's best place, then all given back. */
export function proposeGang(
  state: FleetState,
  index: ShapeIndex,
  random: RandomSource,
  policy: Policy,
  gang: Gang,
): Member[] | undefined {
  const members: Member[] = [];
  while (members.length < gang.size) {
    const member = chooseMember(state, index, policy, random);
    if (!member) break;
    takeMember(state, index.shape, member);
    members.push(member);
  }
  for (const member of members) giveMember(state, index.shape, member);
  return members.length === gang.size ? members : undefined;
}
