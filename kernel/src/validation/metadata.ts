import type { Cause } from "../errors.ts";
import type { AnyKind } from "../kind.ts";
import { words } from "../words.ts";
import { unknownField } from "./causes.ts";
import { isRecord, pathText } from "./paths.ts";

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const qualifiedPart = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const annotationsLimitBytes = 256 * 1024;

/** RFC 1123 subdomain: what a name may be. */
export const isName = (text: string): boolean => text.length <= 253 && subdomain.test(text);
/** RFC 1123 label: what a namespace may be. */
export const isNamespace = (text: string): boolean => text.length <= 63 && label.test(text);
/** `name` or `dns.prefix/name`. */
export function isQualifiedName(text: string): boolean {
  const slash = text.indexOf("/");
  const name = text.slice(slash + 1);
  if (slash >= 0 && !isName(text.slice(0, slash))) return false;
  return name.length > 0 && name.length <= 63 && qualifiedPart.test(name);
}
export const isLabelValue = (text: string): boolean =>
  text === "" || (text.length <= 63 && qualifiedPart.test(text));

const knownFields = new Set([
  "name", "generateName", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp",
  "deletionTimestamp", "deletionGracePeriodSeconds", "labels", "annotations", "finalizers", "ownerReferences",
  "managedFields", "selfLink",
]); // prettier-ignore

const invalid = (path: readonly PropertyKey[], en: string, zh: string): Cause => ({
  field: pathText(["metadata", ...path]),
  reason: "FieldValueInvalid",
  message: words(en, zh),
});

const nameRule = words(
  "must consist of lower-case letters, digits, '-' or '.', and start and end with a letter or digit (at most 253 characters)",
  "只能由小写字母、数字、'-' 或 '.' 组成，并以字母或数字开头和结尾（最多 253 个字符）",
);

/** Rules that hold for the metadata of every kind. `metadata` comes from outside: nothing about it is trusted. */
export function checkMetadata(kind: AnyKind, metadata: Record<string, unknown>): Cause[] {
  return [
    ...Object.keys(metadata)
      .filter((key) => !knownFields.has(key))
      .map((key) => unknownField(["metadata", key])),
    ...checkName(metadata["name"]),
    ...checkNamespace(kind, metadata["namespace"]),
    ...checkLabels(metadata["labels"]),
    ...checkAnnotations(metadata["annotations"]),
    ...checkFinalizers(metadata["finalizers"]),
    ...checkOwners(metadata["ownerReferences"]),
  ];
}

function checkName(name: unknown): Cause[] {
  if (name === undefined || name === "") {
    return [
      {
        field: "metadata.name",
        reason: "FieldValueRequired",
        message: words("name or generateName is required", "必须提供 name 或 generateName"),
      },
    ];
  }
  if (typeof name === "string" && isName(name)) return [];
  return [
    invalid(["name"], `${JSON.stringify(name)} ${nameRule.en}`, `${JSON.stringify(name)} ${nameRule.zh}`),
  ];
}

function checkNamespace(kind: AnyKind, namespace: unknown): Cause[] {
  if (kind.scope === "Cluster") {
    if (namespace === undefined || namespace === "") return [];
    return [invalid(["namespace"], "this kind does not belong to a project", "该类型不属于任何项目")];
  }
  if (typeof namespace === "string" && isNamespace(namespace)) return [];
  const shown = JSON.stringify(namespace ?? "");
  return [invalid(["namespace"], `${shown} is not the name of a project`, `${shown} 不是有效的项目名`)];
}

function checkLabels(labels: unknown): Cause[] {
  if (labels === undefined) return [];
  if (!isRecord(labels)) return [invalid(["labels"], "must be an object of texts", "必须是文本键值对")];
  return Object.entries(labels).flatMap(([key, value]) => {
    if (!isQualifiedName(key))
      return [invalid(["labels", key], "is not a valid label key", "不是有效的标签键")];
    if (typeof value === "string" && isLabelValue(value)) return [];
    const en = "label values are texts of at most 63 letters, digits, '-', '_' or '.'";
    return [invalid(["labels", key], en, "标签值须为至多 63 个字母、数字、'-'、'_' 或 '.' 组成的文本")];
  });
}

function checkAnnotations(annotations: unknown): Cause[] {
  if (annotations === undefined) return [];
  if (!isRecord(annotations))
    return [invalid(["annotations"], "must be an object of texts", "必须是文本键值对")];
  let bytes = 0;
  const causes = Object.entries(annotations).flatMap(([key, value]) => {
    if (typeof value !== "string") return [invalid(["annotations", key], "must be text", "必须是文本")];
    bytes += key.length + value.length;
    if (isQualifiedName(key)) return [];
    return [invalid(["annotations", key], "is not a valid annotation key", "不是有效的注解键")];
  });
  if (bytes <= annotationsLimitBytes) return causes;
  return [...causes, invalid(["annotations"], "must be at most 256 KiB together", "总大小不能超过 256 KiB")];
}

function checkFinalizers(finalizers: unknown): Cause[] {
  if (finalizers === undefined) return [];
  if (!Array.isArray(finalizers))
    return [invalid(["finalizers"], "must be a list of texts", "必须是文本列表")];
  return finalizers.flatMap((item: unknown, index) =>
    typeof item === "string" && isQualifiedName(item)
      ? []
      : [invalid(["finalizers", index], "is not a valid finalizer name", "不是有效的终结器名称")],
  );
}

const ownerFields = new Set(["apiVersion", "kind", "name", "uid", "controller", "blockOwnerDeletion"]);

function checkOwners(owners: unknown): Cause[] {
  if (owners === undefined) return [];
  if (!Array.isArray(owners)) return [invalid(["ownerReferences"], "must be a list", "必须是列表")];
  return owners.flatMap((owner: unknown, index) => {
    const at = ["ownerReferences", index];
    if (!isRecord(owner)) return [invalid(at, "must be an object", "必须是对象")];
    const missing = ["apiVersion", "kind", "name", "uid"].filter(
      (key) => typeof owner[key] !== "string" || owner[key] === "",
    );
    return [
      ...missing.map((key) => invalid([...at, key], "is required and must be text", "是必填文本")),
      ...Object.keys(owner)
        .filter((key) => !ownerFields.has(key))
        .map((key) => unknownField(["metadata", ...at, key])),
      ...["controller", "blockOwnerDeletion"]
        .filter((key) => owner[key] !== undefined && typeof owner[key] !== "boolean")
        .map((key) => invalid([...at, key], "must be true or false", "必须是 true 或 false")),
    ];
  });
}
