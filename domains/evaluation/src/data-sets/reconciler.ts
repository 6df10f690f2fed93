import {
  ApiError,
  type AnyStored,
  type Change,
  type Environment,
  keyOfKind,
  type ObjectKey,
  type Objects,
  type ReconcileContext,
  type Reconciler,
  type Requeue,
  words,
} from "@yunhe/kernel";
import type { FleetFacts } from "../fleet/facts.ts";
import { addSample } from "../fleet/meter.ts";
import { type DataSetResource, dataSetKind } from "../kinds/data-set.ts";
import { indexSpecificationKind } from "../kinds/index-specification.ts";
import { ready, statusFindings } from "../kinds/shared.ts";
import type { DataSetReader } from "./read.ts";
import { summarise } from "./summary.ts";
import { library } from "../library.ts";

export interface DataSetReconcilerOptions {
  readonly objects: Objects;
  readonly reader: DataSetReader;
  readonly fleet: FleetFacts;
  readonly environment: Environment;
  /** How often the fleet is looked at for data sets that come from it. */
  readonly sampleEveryMs: number;
}

const actor = "system:reconciler/data-set";

/** Says of every data set whether it fits its specification, and keeps those of the fleet up to date. */
export function dataSetReconciler(options: DataSetReconcilerOptions): Reconciler {
  /** Names of the data sets of a specification; a change of it concerns them all. */
  const bySpecification = new Map<string, Set<string>>();
  return {
    name: "data-set",
    sources: [
      {
        kind: dataSetKind,
        keys: (change) => {
          remember(bySpecification, change);
          return [change.key];
        },
      },
      { kind: indexSpecificationKind, keys: ({ key }) => keysOf(bySpecification, key) },
    ],
    concurrency: 1,
    reconcile: (key, context) => reconcile(options, key, context),
  };
}

function remember(known: Map<string, Set<string>>, { key, json }: Change): void {
  const { specification } = (JSON.parse(json) as DataSetResource).spec;
  const id = `${key.namespace}/${specification}`;
  const names = known.get(id) ?? new Set();
  known.set(id, names.add(key.name));
}

const keysOf = (known: Map<string, Set<string>>, { namespace, name }: ObjectKey): ObjectKey[] =>
  [...(known.get(`${namespace}/${name}`) ?? [])].map((each) => ({
    kind: keyOfKind(dataSetKind),
    namespace,
    name: each,
  }));

async function reconcile(
  { objects, reader, fleet, environment, sampleEveryMs }: DataSetReconcilerOptions,
  key: ObjectKey,
  context: ReconcileContext,
): Promise<Requeue | undefined> {
  const found = await objects.get(dataSetKind, key.namespace, key.name);
  if (!found || found.metadata.deletionTimestamp !== undefined) return undefined;
  const nowMs = environment.clock.nowMs();
  const isFleet = found.spec.source.type === "fleet";
  const due = isFleet && nowMs - (found.status?.fleet?.sampledMs ?? 0) >= sampleEveryMs;
  const dataSet = due
    ? {
        ...found,
        status: {
          ...found.status,
          fleet: addSample(
            found.status?.fleet,
            fleet.pools(found.status?.fleet?.sampledMs ?? 0),
            nowMs,
            sampleEveryMs,
          ),
        },
      }
    : found;
  const status = await examined(dataSet, reader, new Date(nowMs).toISOString());
  if (JSON.stringify(status) !== JSON.stringify(found.status))
    await objects.commit(
      [
        {
          type: "update",
          kind: dataSetKind,
          subresource: "status",
          object: { ...found, status } as AnyStored,
        },
      ],
      { actor, fence: context.fence },
    );
  return isFleet ? { afterMs: sampleEveryMs } : undefined;
}

async function examined(
  dataSet: DataSetResource,
  reader: DataSetReader,
  now: string,
): Promise<DataSetResource["status"]> {
  const before = dataSet.status?.conditions;
  const fleet = dataSet.status?.fleet === undefined ? {} : { fleet: dataSet.status.fleet };
  try {
    const { specification, file, findings } = await reader.read(dataSet);
    const message = words("The data fit their specification.", "数据与规范相符。");
    return {
      ...summarise(specification, file, findings),
      ...fleet,
      conditions: ready(before, "True", "Readable", message, now),
    };
  } catch (error) {
    if (error instanceof library().EvaluationError) {
      const message = words(
        "The data do not fit their specification; see the findings.",
        "数据与规范不符；见 findings。",
      );
      return {
        ...fleet,
        findings: statusFindings(error.findings),
        conditions: ready(before, "False", "DataInvalid", message, now),
      };
    }
    if (!(error instanceof ApiError) || error.reason !== "NotFound") throw error;
    return { ...fleet, conditions: ready(before, "False", "NotFound", error.words, now) };
  }
}
