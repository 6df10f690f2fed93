import { type Cause, defineKind, field, type Resource, type ResourceOf, words } from "@yunhe/kernel";
import { z } from "zod";
import { identityGroup } from "../group.ts";

/** Its deletion waits until nothing stands in it any more. */
export const projectFinalizer = `${identityGroup}/project`;

const projectSpec = z.strictObject({
  displayName: field(z.string().max(100).optional(), { en: "Name for people.", zh: "显示名称。" }),
  description: field(z.string().max(2000).optional(), {
    en: "What it is for.",
    zh: "用途说明。",
    format: "multiline",
  }),
});

const projectStatus = z.strictObject({
  phase: field(z.enum(["Active", "Terminating"]), {
    en: "Terminating: being deleted with everything in it.",
    zh: "Terminating：正在连同其中一切一起删除。",
  }),
  remaining: field(z.record(z.string(), z.int().nonnegative()).optional(), {
    en: "While it is deleted: objects that still stand in it, by kind.",
    zh: "删除期间：其中尚存的对象数，按类别。",
  }),
});

/** A project is a namespace and its name is one: a DNS label. */
const namespaceName = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

function checkProject(next: Resource<unknown>): Cause[] {
  if (namespaceName.test(next.metadata.name)) return [];
  return [
    {
      field: "metadata.name",
      reason: "FieldValueInvalid",
      message: words(
        "a project's name is a DNS label: at most 63 of a-z, 0-9 and -, beginning and ending with a letter or digit",
        "项目名须为 DNS 标签：至多 63 个字符，仅限 a-z、0-9 与 -，首尾为字母或数字",
      ),
    },
  ];
}

export const projectKind = defineKind({
  group: identityGroup,
  kind: "Project",
  plural: "projects",
  shortNames: ["proj"],
  categories: ["identity"],
  scope: "Cluster",
  words: words("Project", "项目"),
  description: words(
    "A namespace: the tasks, volumes, service accounts and role bindings of one team or purpose. Deleting it deletes everything in it.",
    "命名空间：一个团队或用途的任务、数据卷、服务账号与角色绑定。删除项目会删除其中的一切。",
  ),
  fields: { spec: projectSpec.prefault({}), status: projectStatus.optional() },
  columns: [
    { name: words("Display name", "显示名称"), path: ".spec.displayName", type: "string" },
    { name: words("Phase", "阶段"), path: ".status.phase", type: "string", format: "state" },
    { name: words("Age", "存在时长"), path: ".metadata.creationTimestamp", type: "date" },
    { name: words("Description", "说明"), path: ".spec.description", type: "string", priority: 1 },
  ],
  check: checkProject,
  finalizers: [projectFinalizer],
  example: {
    apiVersion: `${identityGroup}/v1`,
    kind: "Project",
    metadata: { name: "vision" },
    spec: { displayName: "Vision team", description: "Training and serving of image models." },
  },
});

export type Project = ResourceOf<typeof projectKind>;
