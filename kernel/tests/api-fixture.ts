import {
  type AccessRequest,
  type AnyResource,
  type Api,
  ApiError,
  type ApiOptions,
  type Caller,
  type Cause,
  defineKind,
  field,
  openApi,
  openMemoryStore,
  type SimulatedEnvironment,
  simulatedEnvironment,
  type StatusReason,
  type Store,
  type WatchEvent,
  type WatchSink,
  words,
  type WriteResult,
} from "@yunhe/kernel";
import { z } from "zod";

/** A kind with everything the API treats specially. */
export const taskKind = defineKind({
  group: "sample.yunhe.dev",
  kind: "Task",
  plural: "tasks",
  scope: "Namespaced",
  words: words("task", "任务"),
  description: words("Work to do", "要做的工作"),
  immutable: ["spec.command"],
  mapLists: { "spec.mounts": ["name"] },
  actions: {
    cancel: {
      words: words("cancel", "取消"),
      description: words("Ends it", "结束任务"),
      input: z.strictObject({ reason: z.string().min(1) }),
      destructive: true,
    },
  },
  fields: {
    spec: z.strictObject({
      command: field(z.array(z.string()).min(1), { en: "What to run.", zh: "要运行的命令。" }),
      cpus: z.number().positive().max(64).default(1),
      resources: z.strictObject({ memory: z.string().regex(/^\d+(Mi|Gi)$/) }).optional(),
      mounts: z
        .array(z.strictObject({ name: z.string(), path: z.string(), readOnly: z.boolean().optional() }))
        .default([]),
      tags: z.array(z.string()).optional(),
      options: z.record(z.string(), z.string()).optional(),
    }),
    status: z.strictObject({ phase: z.string().default("Pending") }).prefault({}),
  },
  check: (next) =>
    next.spec.cpus === 13
      ? [
          {
            field: "spec.cpus",
            reason: "FieldValueInvalid",
            message: words("thirteen is refused", "不接受十三"),
          },
        ]
      : [],
  example: {},
});

export const regionKind = defineKind({
  group: "sample.yunhe.dev",
  kind: "Region",
  plural: "regions",
  scope: "Cluster",
  words: words("region", "区域"),
  description: words("A place", "地点"),
  finalizers: ["sample.yunhe.dev/cleanup"],
  fields: { spec: z.strictObject({}).prefault({}) },
  example: {},
});

export const ada: Caller = {
  principal: { id: "user:ada", type: "User", displayName: "Ada" },
  requestId: "request-1",
};

export interface Setup {
  readonly api: Api;
  readonly store: Store;
  readonly environment: SimulatedEnvironment;
  /** Verbs (or `verb/subresource`) that are refused from now on. */
  readonly forbidden: Set<string>;
  /** Actions that ran. */
  readonly acted: unknown[];
}

export function setUp(
  options: { readonly namespaces?: boolean; readonly admit?: ApiOptions["admit"] } = {},
): Setup {
  const environment = simulatedEnvironment();
  const store = openMemoryStore();
  const forbidden = new Set<string>();
  const acted: unknown[] = [];
  const decide = ({ verb, subresource }: AccessRequest) =>
    forbidden.has(subresource === undefined ? verb : `${verb}/${subresource}`)
      ? ({ allowed: false, why: words("not for you", "无权限") } as const)
      : ({ allowed: true } as const);
  const api = openApi({
    store,
    environment,
    kinds: [taskKind, regionKind],
    authorizer: { decide },
    actions: {
      "tasks.sample.yunhe.dev": {
        cancel: async ({ target }, object, input) => {
          acted.push({ target: target.name, uid: object.metadata.uid, input });
          return { cancelled: true };
        },
      },
    },
    ...(options.namespaces === true ? { namespaceKind: regionKind } : {}),
    ...(options.admit === undefined ? {} : { admit: options.admit }),
  });
  return { api, store, environment, forbidden, acted };
}

export const tasks = { kind: taskKind, namespace: "demo" };
export const target = (name: string) => ({ ...tasks, name });

export const taskBody = (name: string, spec: object = {}, labels?: Record<string, string>) => ({
  apiVersion: "sample.yunhe.dev/v1",
  kind: "Task",
  metadata: { name, ...(labels === undefined ? {} : { labels }) },
  spec: { command: ["true"], ...spec },
});

export type SampleTask = AnyResource & { spec: Record<string, unknown>; status: { phase: string } };

export const parsed = ({ json }: Pick<WriteResult, "json">): SampleTask => JSON.parse(json) as SampleTask;

export const refused =
  (reason: StatusReason, ...fields: string[]) =>
  (error: unknown): boolean => {
    if (!(error instanceof ApiError) || error.reason !== reason) return false;
    const named = (error.details.causes ?? []).map((cause) => cause.field);
    return fields.every((field) => named.includes(field));
  };

/** Runs what must fail and gives its causes. */
export async function causesOf(failing: Promise<unknown>): Promise<readonly Cause[]> {
  try {
    await failing;
  } catch (error) {
    if (error instanceof ApiError) return error.details.causes ?? [];
    throw error;
  }
  throw new Error("it was not refused");
}

export interface SeenEvent {
  readonly type: WatchEvent["type"];
  readonly name: string;
  readonly revision: number;
  readonly reason: string;
}

/** Keeps what a watcher is sent; `taken: false` is a receiver that reads nothing. */
export function recordingSink(taken = true) {
  const lines: string[] = [];
  const state = { ended: false, abrupt: false, pending: 0 };
  const sink: WatchSink = {
    write(bytes) {
      lines.push(...bytes.toString("utf8").trimEnd().split("\n"));
      if (!taken) state.pending += bytes.length;
    },
    pendingBytes: () => state.pending,
    drained: () => (taken ? Promise.resolve() : new Promise(() => {})),
    end(abrupt) {
      state.ended = true;
      state.abrupt = abrupt;
    },
  };
  const events = (): SeenEvent[] => lines.map((line) => JSON.parse(line) as SeenEvent);
  return { sink, state, events };
}

export const plainEncoder = {
  id: "plain",
  encode: (event: WatchEvent): Buffer => Buffer.from(`${JSON.stringify(seen(event))}\n`),
};

function seen(event: WatchEvent): SeenEvent {
  if (event.type === "ERROR") return { type: "ERROR", name: "", revision: 0, reason: event.error.reason };
  if (event.type === "BOOKMARK") {
    return {
      type: "BOOKMARK",
      name: "",
      revision: event.revision,
      reason: event.initialEventsEnd ? "end" : "",
    };
  }
  const { metadata } = JSON.parse(event.json) as AnyResource;
  return { type: event.type, name: metadata.name, revision: Number(metadata.resourceVersion), reason: "" };
}
