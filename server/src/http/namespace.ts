import { type AnyKind, type AnyResource, apiVersionOf, defineKind, field, words } from "@yunhe/kernel";
import { z } from "zod";
import type { ServedKind } from "./view.ts";

/** core/v1 Namespace, as clients expect it; what it shows is a project. */
const namespaceKind = defineKind({
  group: "",
  kind: "Namespace",
  plural: "namespaces",
  shortNames: ["ns"],
  scope: "Cluster",
  words: words("namespace", "命名空间"),
  description: words(
    "A project, under the name that Kubernetes clients know.",
    "项目，以 Kubernetes 客户端熟悉的名称呈现。",
  ),
  fields: {
    spec: field(z.object({ finalizers: z.array(z.string()).optional() }).optional(), {
      en: "Empty.",
      zh: "为空。",
    }),
    status: field(z.object({ phase: z.enum(["Active", "Terminating"]) }).optional(), {
      en: "Whether it takes new objects.",
      zh: "是否接受新对象。",
    }),
  },
  columns: [{ name: words("Status", "状态"), path: ".status.phase", type: "string", format: "state" }],
  example: { apiVersion: "v1", kind: "Namespace", metadata: { name: "demo" } },
});

/** Shows the objects of a kind of the cluster as namespaces. Only metadata can be written through it. */
export function namespaceView(project: AnyKind): ServedKind {
  return {
    shown: namespaceKind,
    stored: project,
    show: (object) => showNamespace(object),
    accept({ spec: _finalizers, status: _phase, ...body }) {
      return {
        ...body,
        ...(body["apiVersion"] === "v1" ? { apiVersion: apiVersionOf(project) } : {}),
        ...(body["kind"] === "Namespace" ? { kind: project.kind } : {}),
      };
    },
  };
}

function showNamespace({ metadata }: AnyResource): AnyResource {
  const phase = metadata.deletionTimestamp === undefined ? "Active" : "Terminating";
  return { apiVersion: "v1", kind: "Namespace", metadata, spec: {}, status: { phase } };
}
