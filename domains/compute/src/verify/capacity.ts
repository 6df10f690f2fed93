import { words } from "@yunhe/kernel";
import type { Attempt } from "../kinds/attempt.ts";
import type { Node } from "../kinds/node.ts";
import { type Finding, placeOf } from "./state.ts";

/** Pure: what live attempts hold of a node is never more than there is (R1). */
export function auditNode(node: Node, live: readonly Attempt[]): Finding[] {
  if (node.status === undefined) return [];
  const { capacity, devices } = node.status;
  const findings: Finding[] = [];
  const check = (what: string, whatZh: string, held: number, there: number): void => {
    if (held <= there) return;
    findings.push({
      invariant: "R1",
      object: placeOf("node", node),
      words: words(`${held} of ${there} ${what} are granted`, `${whatZh}共 ${there}，却授予了 ${held}`),
    });
  };
  const sum = (amount: (attempt: Attempt) => number): number =>
    live.reduce((total, attempt) => total + amount(attempt), 0);
  check(
    "milli-cores",
    "毫核",
    sum(({ spec }) => spec.grant.cpuMilli),
    capacity.cpuMilli,
  );
  check(
    "bytes of memory",
    "内存字节",
    sum(({ spec }) => spec.grant.memoryBytes),
    capacity.memoryBytes,
  );
  for (const device of devices) {
    const parts = live.flatMap(({ spec }) => spec.grant.devices.filter(({ id }) => id === device.id));
    const share = parts.reduce((total, part) => total + part.shareMilli, 0);
    const memory = parts.reduce((total, part) => total + part.memoryBytes, 0);
    check(`thousandths of device ${device.id}`, `设备 ${device.id} 的千分份额`, share, 1000);
    check(`bytes of device ${device.id}`, `设备 ${device.id} 的显存字节`, memory, device.memoryBytes);
  }
  return findings;
}
