import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import {
  type Allocation,
  createFleetState,
  type Fleet,
  type FleetState,
  policies,
  type Policy,
  Scheduler,
  typicalMix,
} from "../src/index.ts";
import { anyFleet, anySteps, anyTask, type Step } from "./fleets.ts";

/** More runs than the default where someone asks for them. */
fc.configureGlobal({ numRuns: Number(process.env["YUNHE_PROPERTY_RUNS"] ?? 100) });

const anyPolicy = fc.constantFrom(...policies.values());
const mixOf = (steps: readonly Step[]) =>
  typicalMix(steps.flatMap((step) => (step.do === "place" ? [step.task] : [])));

function run(
  fleet: Fleet,
  steps: readonly Step[],
  policy: Policy,
  after?: (scheduler: Scheduler) => void,
): Scheduler {
  const scheduler = new Scheduler(createFleetState(fleet, { mix: mixOf(steps) }), { explain: "always" });
  for (const step of steps) {
    apply(scheduler, step, policy);
    after?.(scheduler);
  }
  return scheduler;
}

function apply(scheduler: Scheduler, step: Step, policy: Policy): void {
  if (step.do === "place") scheduler.place(step.task, policy);
  else if (step.do === "cordon") {
    if (step.node < scheduler.state.nodeCount) scheduler.state.setSchedulable(step.node, step.open);
  } else {
    const id = [...scheduler.allocations.keys()][step.nth];
    if (id !== undefined) scheduler.release(id);
  }
}

/** What the allocations take of each node and device, added up from the grants. */
function granted(state: FleetState, allocations: Iterable<Allocation>) {
  const cpu = new Float64Array(state.nodeCount);
  const memory = new Float64Array(state.nodeCount);
  const share = new Float64Array(state.deviceCount);
  const deviceMemory = new Float64Array(state.deviceCount);
  for (const { members, shape } of allocations) {
    for (const { node, devices } of members) {
      cpu[node]! += shape.cpuMilli;
      memory[node]! += shape.memoryBytes;
      for (const grant of devices) {
        share[grant.device]! += grant.shareMilli;
        deviceMemory[grant.device]! += grant.memoryBytes;
      }
    }
  }
  return { cpu, memory, share, deviceMemory };
}

const snapshot = (state: FleetState) =>
  [
    state.cpuFree,
    state.memoryFree,
    state.deviceFree,
    state.deviceMemoryFree,
    state.freeShare,
    state.wholeFree,
    state.taskCount,
  ].map((column) => Array.from(column));

test("no core, byte or device is granted twice, and what is free is exactly what is not granted", () => {
  fc.assert(
    fc.property(anyFleet, anySteps, anyPolicy, (fleet, steps, policy) => {
      run(fleet, steps, policy, ({ state, allocations }) => {
        const { cpu, memory, share, deviceMemory } = granted(state, allocations.values());
        for (let node = 0; node < state.nodeCount; node += 1) {
          assert.equal(state.cpuFree[node], state.cpuTotal[node]! - cpu[node]!);
          assert.equal(state.memoryFree[node], state.memoryTotal[node]! - memory[node]!);
          assert.ok(state.cpuFree[node]! >= 0 && state.memoryFree[node]! >= 0);
        }
        for (let device = 0; device < state.deviceCount; device += 1) {
          assert.equal(state.deviceFree[device], 1000 - share[device]!);
          assert.equal(
            state.deviceMemoryFree[device],
            state.deviceMemoryTotal[device]! - deviceMemory[device]!,
          );
          assert.ok(state.deviceFree[device]! >= 0 && state.deviceMemoryFree[device]! >= 0);
        }
      });
    }),
  );
});

test("a gang holds all its members within its topology or nothing at all", () => {
  fc.assert(
    fc.property(anyFleet, anySteps, anyTask, anyPolicy, (fleet, steps, task, policy) => {
      const scheduler = run(fleet, steps, policy);
      const { state } = scheduler;
      const before = snapshot(state);
      const decision = scheduler.place(task, policy);
      if (decision.kind === "unplaced") {
        assert.deepEqual(snapshot(state), before);
        return;
      }
      const { size, topology } = task.gang ?? { size: 1, topology: "any" };
      assert.equal(decision.members.length, size);
      const domains = { node: undefined, rack: state.rackOf, fabric: state.fabricOf, pool: state.poolOf };
      if (topology === "any") return;
      const domainOf = domains[topology];
      assert.equal(new Set(decision.members.map(({ node }) => (domainOf ? domainOf[node] : node))).size, 1);
    }),
  );
});

test("releasing everything restores the fleet exactly", () => {
  fc.assert(
    fc.property(anyFleet, anySteps, anyPolicy, (fleet, steps, policy) => {
      const scheduler = run(fleet, steps, policy);
      for (const id of scheduler.allocations.keys()) scheduler.release(id);
      assert.deepEqual(snapshot(scheduler.state), snapshot(createFleetState(fleet)));
    }),
  );
});

test("the same input gives the same decisions", () => {
  fc.assert(
    fc.property(anyFleet, anySteps, anyPolicy, (fleet, steps, policy) => {
      const places = () =>
        [...run(fleet, steps, policy).allocations.values()].map(({ id, members }) => ({ id, members }));
      assert.deepEqual(places(), places());
    }),
  );
});

test("a scheduler that followed every change explains and decides like one that looks for the first time", () => {
  const scored = fc.constantFrom(...[...policies.values()].filter(({ choose }) => choose === "best"));
  fc.assert(
    fc.property(anyFleet, anySteps, anyTask, scored, (fleet, steps, task, policy) => {
      const scheduler = run(fleet, steps, policy, (running) => void running.why(task, policy));
      const fresh = new Scheduler(scheduler.state);
      const plain = ({ gang: _gang, ...single }: typeof task) => single;
      for (const asked of [task, plain(task)]) {
        const sorted = ({ changes, ...why }: ReturnType<Scheduler["why"]>) => ({
          ...why,
          changes: changes.map((change) => JSON.stringify(change)).toSorted(),
        });
        assert.deepEqual(sorted(scheduler.why(asked, policy)), sorted(fresh.why(asked, policy)));
        const [kept, anew] = [scheduler.propose(asked, policy), fresh.propose(asked, policy)];
        assert.deepEqual("members" in kept && kept.members, "members" in anew && anew.members);
      }
    }),
  );
});

test("each change that an explanation names would let the task start", () => {
  fc.assert(
    fc.property(anyFleet, anySteps, anyTask, (fleet, steps, task) => {
      const policy = policies.get("best-fit")!;
      const scheduler = run(fleet, steps, policy);
      const { changes, couldEverStart } = scheduler.why(task, policy);
      const on = couldEverStart ? scheduler : new Scheduler(createFleetState(fleetWithoutCordons(fleet)));
      for (const change of changes) {
        if (task.gang && task.gang.size > 1 && !["smaller-gang", "wider-topology"].includes(change.kind))
          continue;
        assert.equal(on.propose(changed(task, change), policy).kind, "proposal", JSON.stringify(change));
      }
    }),
  );
});

const fleetWithoutCordons = (fleet: Fleet): Fleet => ({
  ...fleet,
  nodes: fleet.nodes.map((node) => ({ ...node, state: "schedulable" })),
});

type Task = Parameters<Scheduler["why"]>[0];
type Change = ReturnType<Scheduler["why"]>["changes"][number];

function changed(task: Task, change: Change): Task {
  const devices = task.devices!;
  switch (change.kind) {
    case "fewer-devices":
      return { ...task, devices: { ...devices, count: change.count } };
    case "smaller-share":
      return { ...task, devices: { ...devices, shareMilli: change.shareMilli } };
    case "less-device-memory":
      return { ...task, devices: { ...devices, memoryBytes: change.memoryBytes } };
    case "fewer-cores":
      return { ...task, cpuMilli: change.cpuMilli };
    case "less-memory":
      return { ...task, memoryBytes: change.memoryBytes };
    case "other-model":
      return { ...task, devices: { ...devices, models: [...change.models] } };
    case "other-jurisdiction":
      return { ...task, constraints: { jurisdictions: [...change.jurisdictions] } };
    case "smaller-gang":
      return { ...task, gang: { ...task.gang!, size: change.size } };
    case "wider-topology":
      return { ...task, gang: { ...task.gang!, topology: change.topology } };
    case "no-affinity": {
      const { affinity: _dropped, ...rest } = task;
      return rest;
    }
    case "higher-price-ceiling":
    case "other-provider":
    case "other-region":
    case "other-pool":
    case "higher-latency":
    case "weaker-isolation":
    case "copy-data":
    case "on-demand":
    case "other-labels":
    default:
      throw new Error(`these tasks have no rule that ${change.kind} would change`);
  }
}
