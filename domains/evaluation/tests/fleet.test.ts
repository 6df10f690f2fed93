import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { compute, readDataFile, readSpecification, toResult } from "@yunhe/evaluation";
import { fleetData } from "../src/fleet/data.ts";
import { addSample, valueOf } from "../src/fleet/meter.ts";
import { dataSetKind, evaluationKind, indexSpecificationKind, type PoolFacts } from "../src/index.ts";
import { fleetDefinition, openWorld, type World } from "./world.ts";

const gib = 2 ** 30;
const minuteMs = 60_000;
const start = Date.UTC(2026, 10, 1);

function pool(name: string, region: string, change: Partial<PoolFacts> = {}, ready = true): PoolFacts {
  return {
    name,
    provider: "ours",
    region,
    zone: "a",
    simulated: false,
    pricePerCoreHour: 0.2,
    pricePerDeviceHour: { A100: 9 },
    links: [{ bandwidthMbps: 10_000, latencyMs: 2 }],
    nodes: [
      {
        ready,
        cores: 8,
        heldCores: 4,
        memoryBytes: 32 * gib,
        diskBytes: 2 ** 40,
        devices: [{ model: "A100", memoryBytes: 80 * gib, simulated: false }],
      },
    ],
    probes: [],
    transfers: [],
    ...change,
  };
}

const source = { type: "fleet", measures: {} } as const;
const specification = readSpecification(fleetDefinition);

describe("what the fleet measures of itself", () => {
  test("availability and utilisation are shares of time over the month, commitment its highest", () => {
    let record = addSample(undefined, [pool("p", "north")], start, minuteMs);
    record = addSample(record, [pool("p", "north", {}, false)], start + minuteMs, minuteMs);
    const busy = pool("p", "north");
    record = addSample(
      record,
      [{ ...busy, nodes: [{ ...busy.nodes[0]!, heldCores: 12 }] }],
      start + 2 * minuteMs,
      minuteMs,
    );
    const zone = record.periods["2026-11"]!["ours-north-a"]!;
    assert.ok(Math.abs(valueOf(zone, "availability") - 50) < 0.01);
    assert.ok(Math.abs(valueOf(zone, "utilisation") - 100) < 0.01);
    assert.equal(valueOf(zone, "oversubscription"), 1.5);
    assert.equal(valueOf(zone, "cpu-cores"), 8);
    assert.equal(valueOf(zone, "bandwidth-gbps"), 10);
  });

  test("availability and latency come from the probes of the month, bandwidth from the transfers that ran", () => {
    const first = pool("p", "north", {
      probes: [
        { answered: true, roundTripMs: 10 },
        { answered: true, roundTripMs: 30 },
        { answered: false, roundTripMs: 30_000 },
      ],
      transfers: [
        { movedBytes: 2 ** 30, bytesPerSecond: 125_000_000 },
        { movedBytes: 100, bytesPerSecond: 9e9 },
      ],
    });
    const later = pool("p", "north", {
      probes: [{ answered: true, roundTripMs: 50 }],
      transfers: [{ movedBytes: 2 ** 30, bytesPerSecond: 1000 }],
    });
    const record = addSample(
      addSample(undefined, [first], start, minuteMs),
      [later],
      start + minuteMs,
      minuteMs,
    );
    const zone = record.periods["2026-11"]!["ours-north-a"]!;
    assert.equal(valueOf(zone, "availability"), 75);
    assert.equal(valueOf(zone, "latency-ms"), 30);
    assert.equal(valueOf(zone, "bandwidth-gbps"), 1);
    assert.equal(valueOf(zone, "readiness"), 100);
    const { file } = fleetData(specification, source, record);
    const originOf = (indicator: string) =>
      file.origins[file.observations.find((each) => each.indicator === indicator)?.origin ?? -1]!;
    for (const id of ["region-latency-ms", "region-bandwidth-gbps", "provider-availability"])
      assert.equal(originOf(id).publisher, "Measured by Yunhe in this fleet", id);
    assert.match(originOf("region-availability").note!, /probes/);
  });

  test("a pool that never answered has no latency, and is not available", () => {
    const silent = pool("p", "north", { links: [], probes: [{ answered: false, roundTripMs: 30_000 }] });
    const zone = addSample(undefined, [silent], start, minuteMs).periods["2026-11"]!["ours-north-a"]!;
    assert.equal(valueOf(zone, "availability"), 0);
    assert.ok(Number.isNaN(valueOf(zone, "latency-ms")));
  });

  test("time in which the server was away counts for nothing, and a new month begins anew", () => {
    const first = addSample(undefined, [pool("p", "north")], start, minuteMs);
    const back = addSample(first, [pool("p", "north", {}, false)], start + 60 * minuteMs, minuteMs);
    assert.equal(back.periods["2026-11"]!["ours-north-a"]!.nodeMs, 1);
    const next = addSample(back, [pool("p", "north")], Date.UTC(2026, 11, 1), minuteMs);
    assert.deepEqual(Object.keys(next.periods), ["2026-11", "2026-12"]);
  });

  test("pools of one zone are added up, and a price is weighted by capacity", () => {
    const large = pool("q", "north", {
      pricePerCoreHour: 0.5,
      nodes: [{ ...pool("q", "north").nodes[0]!, cores: 24 }],
    });
    const zone = addSample(undefined, [pool("p", "north"), large], start, minuteMs).periods["2026-11"]![
      "ours-north-a"
    ]!;
    assert.equal(valueOf(zone, "cpu-cores"), 32);
    assert.equal(valueOf(zone, "core-hour-price"), (0.2 * 8 + 0.5 * 24) / 32);
  });

  test("by region and by provider, each cell says whether it was measured, declared or simulated", () => {
    const record = addSample(
      undefined,
      [
        pool("p", "north"),
        pool("q", "south", { provider: "theirs", simulated: true, pricePerCoreHour: 0.4 }),
      ],
      start,
      minuteMs,
    );
    const { file, findings } = fleetData(specification, source, record);
    assert.deepEqual(findings, []);
    const publishers = new Set(file.origins.map(({ publisher, status }) => `${publisher} ${status}`));
    assert.deepEqual([...publishers].sort(), [
      "Declared by the operator of this fleet stated",
      "Declared by the operator of this fleet synthetic",
      "Measured by Yunhe in this fleet stated",
      "Measured by Yunhe in this fleet synthetic",
    ]);
    const result = toResult(compute(specification, readDataFile(specification, file)));
    const kinds = result.tables.map(({ kind, entities }) => [kind, entities.map(({ id }) => id)]);
    assert.deepEqual(kinds, [
      ["region", ["north", "south"]],
      ["provider", ["ours", "theirs"]],
    ]);
    assert.ok(result.warnings.some(({ code }) => code === "synthetic-data"));
    const price = result.tables[0]!.indicators.find(({ id }) => id === "region-core-hour-price")!;
    assert.deepEqual(price.normalised, [100, 0]);
  });

  test("a link nobody declares is missing, not zero", () => {
    const record = addSample(undefined, [pool("p", "north", { links: [] })], start, minuteMs);
    const { file } = fleetData(specification, source, record);
    const cell = file.observations.find(({ indicator }) => indicator === "region-bandwidth-gbps")!;
    assert.equal(cell.value, null);
  });

  test("a closed roster takes the regions it knows by id or name, and says which zones are left out", () => {
    const closed = readSpecification({
      ...fleetDefinition,
      kinds: [
        { id: "zone", label: { en: "Zone", zh: "可用区" } },
        {
          id: "region",
          label: { en: "Region", zh: "地域" },
          entities: [{ id: "beijing", label: { en: "Beijing", zh: "北京" } }],
        },
        { id: "provider", label: { en: "Provider", zh: "服务商" } },
      ],
    });
    const record = addSample(undefined, [pool("p", "北京"), pool("q", "atlantis")], start, minuteMs);
    const { file, findings } = fleetData(closed, source, record);
    assert.deepEqual(
      findings.map(({ code, place }) => [code, place.entity]),
      [["fleet-zone-left-out", "ours-atlantis-a"]],
    );
    assert.ok(file.memberships!.some(({ to }) => to === "beijing"));
    assert.doesNotMatch(JSON.stringify(file), /atlantis/);
  });

  test("given measures name their indicator and scale, and the base keeps what is not measured", () => {
    const record = addSample(undefined, [pool("p", "north")], start, minuteMs);
    const measured = {
      type: "fleet",
      measures: { "region-disk-tib": { measure: "disk-tib", scale: 0.001 } },
    } as const;
    const base = {
      format: "yunhe.dev/index-data/v1" as const,
      entities: [{ id: "ours-north-a", kind: "zone" }],
      origins: [{ publisher: "ministry", status: "stated" as const }],
      observations: [
        { entity: "ours-north-a", indicator: "region-disk-tib", period: "2026-11", value: 5, origin: 0 },
        { entity: "ours-north-a", indicator: "region-devices", period: "2026-11", value: 7, origin: 0 },
      ],
    };
    const { file } = fleetData(specification, measured, record, base);
    const cells = file.observations.map(({ indicator, value, origin }) => [
      indicator,
      value,
      file.origins[origin]!.publisher,
    ]);
    assert.deepEqual(cells, [
      ["region-devices", 7, "ministry"],
      ["region-disk-tib", 0.001, "Measured by Yunhe in this fleet"],
    ]);
  });
});

describe("a data set of the fleet", () => {
  let world: World;
  before(async () => (world = await openWorld({ sampleEveryMs: 30 })));
  after(() => world.close());

  test("is kept up to date and can be evaluated", async () => {
    world.pools = [pool("p", "north")];
    await world.create(indexSpecificationKind, "fleet", { definition: fleetDefinition });
    await world.create(dataSetKind, "fleet", { specification: "fleet", source: { type: "fleet" } });
    await world.when(dataSetKind, "fleet", ({ status }) => status?.entities?.["region"] === 1);
    world.pools = [pool("p", "north"), pool("q", "south", { provider: "theirs" })];
    await world.when(dataSetKind, "fleet", ({ status }) => status?.entities?.["region"] === 2);
    await world.create(evaluationKind, "fleet", {
      specification: "fleet",
      dataSet: "fleet",
      robustness: { index: "region-total", replications: 200 },
    });
    const { status } = await world.when(
      evaluationKind,
      "fleet",
      (each) => each.status?.endTime !== undefined,
    );
    assert.equal(status!.phase, "Succeeded", JSON.stringify(status));
    assert.deepEqual(status!.ranking!.entities.map(({ entity }) => entity).sort(), ["north", "south"]);
  });
});
