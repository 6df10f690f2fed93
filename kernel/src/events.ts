import { z } from "zod";
import type { Environment } from "./environment.ts";
import { defineKind, field, type ResourceOf } from "./kind.ts";
import type { Draft, Objects } from "./objects.ts";
import { generateName } from "./prepare.ts";
import type { Reconciler } from "./reconcile/port.ts";
import type { AnyResource } from "./resource.ts";
import { type Words, words } from "./words.ts";

const text = (en: string, zh: string) => field(z.string().default(""), { en, zh });
const time = (en: string, zh: string) => field(z.string().nullable().default(null), { en, zh });

const reference = z.strictObject({
  apiVersion: text("API version of the object.", "对象的 API 版本。"),
  kind: text("Kind of the object.", "对象的类型。"),
  namespace: text("Project of the object.", "对象所在的项目。"),
  name: text("Name of the object.", "对象的名称。"),
  uid: text("uid of the object.", "对象的 uid。"),
  resourceVersion: text("Version of the object that the event is about.", "事件所涉的对象版本。"),
  fieldPath: text("Part of the object.", "对象的部分。"),
});

/**
 * Something that happened to an object, told to people: `kubectl describe` and `kubectl get events` show it. The shape
 * is that of core/v1 Event (https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/).
 */
export const eventKind = defineKind({
  group: "",
  kind: "Event",
  plural: "events",
  shortNames: ["ev"],
  scope: "Namespaced",
  words: words("event", "事件"),
  description: words(
    "Something that happened to an object. Events are kept for a while, then forgotten.",
    "对象上发生的事情。事件保留一段时间后删除。",
  ),
  readOnly: true,
  fields: {
    involvedObject: field(reference.prefault({}), { en: "What it happened to.", zh: "所涉对象。" }),
    type: field(z.enum(["Normal", "Warning"]).default("Normal"), {
      en: "Normal or Warning.",
      zh: "Normal 或 Warning。",
    }),
    reason: text("Why, in one word.", "原因，一个词。"),
    message: text("What happened.", "发生了什么。"),
    messageZh: text("What happened, in Chinese.", "发生了什么（中文）。"),
    count: field(z.int().min(1).default(1), { en: "How often.", zh: "发生次数。" }),
    firstTimestamp: time("When it happened first.", "首次发生时间。"),
    lastTimestamp: time("When it happened last.", "最近发生时间。"),
    eventTime: time("When it was seen first.", "首次记录时间。"),
    source: field(z.strictObject({ component: text("Who saw it.", "记录者。") }).prefault({}), {
      en: "Who saw it.",
      zh: "记录者。",
    }),
    reportingComponent: text("Who saw it.", "记录者。"),
    reportingInstance: text("Which process saw it.", "记录的进程。"),
  },
  columns: [
    { name: words("Last seen", "最近"), path: ".lastTimestamp", type: "date" },
    { name: words("Type", "类别"), path: ".type", type: "string", format: "state" },
    { name: words("Reason", "原因"), path: ".reason", type: "string" },
    { name: words("Object", "对象"), path: ".involvedObject.name", type: "string" },
    { name: words("Kind", "类型"), path: ".involvedObject.kind", type: "string", priority: 1 },
    { name: words("Source", "来源"), path: ".source.component", type: "string", priority: 1 },
    { name: words("Count", "次数"), path: ".count", type: "integer", priority: 1 },
    { name: words("Message", "消息"), path: ".message", type: "string" },
  ],
  example: {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: "demo.x7k2m", namespace: "default" },
    involvedObject: { kind: "Task", namespace: "default", name: "demo" },
    type: "Normal",
    reason: "Started",
    message: "The first attempt runs.",
  },
});

export type Event = ResourceOf<typeof eventKind>;

export interface EventInput {
  readonly about: AnyResource;
  readonly type: "Normal" | "Warning";
  /** In CamelCase: `Started`, `OutOfMemory`. */
  readonly reason: string;
  readonly message: Words;
  /** `reconciler/task`. */
  readonly component: string;
}

/** Where events about objects of the cluster stand, as in Kubernetes. */
const clusterEventsNamespace = "default";

/**
 * An event to commit together with the change that it tells of. It is owned by its object and goes with it; give
 * secrets no place in the message (S3).
 */
export function eventDraft(
  { about, type, reason, message, component }: EventInput,
  environment: Environment,
): Draft {
  const { name, namespace, uid, resourceVersion } = about.metadata;
  const now = new Date(environment.clock.nowMs()).toISOString();
  const { apiVersion, kind } = about;
  const owner = namespace === undefined ? [] : [{ apiVersion, kind, name, uid }];
  return {
    type: "create",
    kind: eventKind,
    object: {
      metadata: {
        name: generateName(`${name}.`, environment),
        namespace: namespace ?? clusterEventsNamespace,
        ...(owner.length === 0 ? {} : { ownerReferences: owner }),
      },
      involvedObject: { apiVersion, kind, name, namespace: namespace ?? "", uid, resourceVersion },
      type,
      reason,
      message: message.en,
      messageZh: message.zh,
      count: 1,
      firstTimestamp: now,
      lastTimestamp: now,
      source: { component },
      reportingComponent: component,
    },
  };
}

const keepEventsMs = 60 * 60 * 1000;

/** Forgets events that are older than `keepMs`, by default an hour as in Kubernetes. */
export function eventExpiry(objects: Objects, environment: Environment, keepMs = keepEventsMs): Reconciler {
  const name = "event-expiry";
  return {
    name,
    concurrency: 16,
    sources: [{ kind: eventKind }],
    async reconcile({ namespace, name: event }, { fence }) {
      const object = await objects.get(eventKind, namespace, event);
      if (object === undefined || object.metadata.deletionTimestamp !== undefined) return undefined;
      const seen = Date.parse(object.lastTimestamp ?? object.metadata.creationTimestamp);
      const leftMs = seen + keepMs - environment.clock.nowMs();
      if (leftMs > 0) return { afterMs: leftMs };
      await objects.commit([{ type: "delete", kind: eventKind, object }], {
        actor: `system:reconciler/${name}`,
        fence,
      });
      return undefined;
    },
  };
}
