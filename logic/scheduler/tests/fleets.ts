import * as fc from "fast-check";
import {
  type Fleet,
  type FleetInput,
  fleetSchema,
  taskRequestSchema,
  type TaskRequest,
} from "../src/index.ts";

export const GIB = 2 ** 30;

/** A fleet from its short form. */
export const fleetOf = (input: FleetInput): Fleet => fleetSchema.parse(input);

/** A task of one core and one GiB with anything else on top. */
export const taskOf = (fields: Readonly<Record<string, unknown>> = {}): TaskRequest =>
  taskRequestSchema.parse({ id: "t", cpuMilli: 1000, memoryBytes: GIB, ...fields });

const modelNames = ["A10", "T4", "Ascend910B"];

const deviceGroup = fc.record({
  model: fc.constantFrom(...modelNames),
  count: fc.integer({ min: 1, max: 4 }),
});

/** Small fleets: three pools, racks of two, some nodes without devices, some with two models. */
export const anyFleet: fc.Arbitrary<Fleet> = fc
  .array(
    fc.record({
      cpuMilli: fc.integer({ min: 1, max: 16 }).map((cores) => cores * 1000),
      memoryBytes: fc.integer({ min: 1, max: 64 }).map((gib) => gib * GIB),
      devices: fc.array(deviceGroup, { maxLength: 2 }),
      state: fc.constantFrom("schedulable" as const, "schedulable" as const, "cordoned" as const),
    }),
    { minLength: 1, maxLength: 10 },
  )
  .map((nodes) =>
    fleetOf({
      pools: ["p0", "p1", "p2"].map((id, i) => ({ id, jurisdiction: ["CN", "DE", "CN"][i]! })),
      nodes: nodes.map((node, n) => ({
        ...node,
        id: `n${n}`,
        pool: `p${n % 3}`,
        rack: `r${Math.floor(n / 6)}`,
      })),
    }),
  );

const deviceRequest = fc.oneof(
  fc.record({ count: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ count: fc.constantFrom(1, 1, 2), shareMilli: fc.integer({ min: 1, max: 1000 }) }),
  fc.record({ count: fc.constant(1), memoryBytes: fc.integer({ min: 1, max: 24 }).map((gib) => gib * GIB) }),
  fc.record({
    count: fc.constant(1),
    shareMilli: fc.integer({ min: 1, max: 500 }),
    memoryBytes: fc.integer({ min: 1, max: 16 }).map((gib) => gib * GIB),
    models: fc.constant(["A10", "Ascend910B"]),
  }),
);

/** Tasks of few different shapes, so that shapes repeat. */
export const anyTask: fc.Arbitrary<TaskRequest> = fc
  .record(
    {
      cpuMilli: fc.constantFrom(0, 500, 1000, 4000),
      memoryBytes: fc.constantFrom(0, GIB, 8 * GIB),
      devices: deviceRequest,
      gang: fc.record({
        size: fc.integer({ min: 1, max: 4 }),
        topology: fc.constantFrom("node", "rack", "fabric", "pool", "any"),
      }),
      constraints: fc.record({ jurisdictions: fc.constant(["CN"]) }),
      affinity: fc.record({
        group: fc.constant("g"),
        kind: fc.constantFrom("together", "apart"),
        over: fc.constantFrom("node", "rack", "zone", "pool"),
        required: fc.boolean(),
      }),
    },
    { requiredKeys: ["cpuMilli", "memoryBytes"] },
  )
  .map((fields) => taskOf(fields));

/** What happens to a fleet: a task comes, or the n-th running one leaves, or a node opens or closes. */
export type Step =
  | { readonly do: "place"; readonly task: TaskRequest }
  | { readonly do: "release"; readonly nth: number }
  | { readonly do: "cordon"; readonly node: number; readonly open: boolean };

const place = anyTask.map((task): Step => ({ do: "place", task }));
const release = fc.nat(20).map((nth): Step => ({ do: "release", nth }));
const cordon = fc.record({ do: fc.constant("cordon" as const), node: fc.nat(9), open: fc.boolean() });

export const anySteps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: place },
    { weight: 3, arbitrary: release },
    { weight: 1, arbitrary: cordon },
  ),
  { maxLength: 40 },
);
