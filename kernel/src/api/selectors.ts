import { ApiError } from "../errors.ts";
import type { AnyKind } from "../kind.ts";
import type { AnyResource } from "../resource.ts";
import { isLabelValue, isQualifiedName } from "../validation/metadata.ts";
import { isRecord, type PathStep, pathSteps, valueAt } from "../validation/paths.ts";
import { words } from "../words.ts";

interface LabelRequirement {
  readonly key: string;
  readonly operator: "in" | "notin" | "exists" | "absent";
  readonly values: ReadonlySet<string>;
}

interface FieldRequirement {
  readonly path: string;
  readonly steps: readonly PathStep[];
  readonly equal: boolean;
  readonly value: string;
}

/** Which objects of a kind are wanted. */
export interface Selection {
  readonly labels: readonly LabelRequirement[];
  readonly fields: readonly FieldRequirement[];
  /** What the reader may see of a kind that they may not read as a whole; asked of each object when it is shown. */
  readonly visible?: (object: AnyResource) => boolean;
  /** The same selection has the same text. */
  readonly text: string;
}

export const everything: Selection = { labels: [], fields: [], text: "" };

/** Reads `labelSelector` and `fieldSelector`; throws BadRequest that says what is wrong with them. */
export function parseSelection(kind: AnyKind, labelSelector = "", fieldSelector = ""): Selection {
  if (labelSelector === "" && fieldSelector === "") return everything;
  return {
    labels: parseLabels(labelSelector),
    fields: parseFields(kind, fieldSelector),
    text: JSON.stringify([labelSelector, fieldSelector]),
  };
}

export const selectsAll = (selection: Selection): boolean =>
  selection.labels.length === 0 && selection.fields.length === 0 && selection.visible === undefined;

export function matches(selection: Selection, object: unknown): boolean {
  const labels = valueAt(object, ["metadata", "labels"]);
  return (
    selection.labels.every((wanted) => matchesLabel(wanted, isRecord(labels) ? labels : {})) &&
    selection.fields.every(
      ({ steps, equal, value }) => (textOf(valueAt(object, steps)) === value) === equal,
    ) &&
    (selection.visible?.(object as AnyResource) ?? true)
  );
}

/** The one name that a selection by `metadata.name` leaves, so that a list or watch of one object is cheap. */
export const selectedName = (selection: Selection): string | undefined =>
  selection.fields.find(({ path, equal }) => equal && path === "metadata.name")?.value;

function matchesLabel({ key, operator, values }: LabelRequirement, labels: Record<string, unknown>): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  if (operator === "exists") return value !== undefined;
  if (operator === "absent") return value === undefined;
  return (typeof value === "string" && values.has(value)) === (operator === "in");
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

const bad = (which: string, part: string, en: string, zh: string): ApiError =>
  new ApiError("BadRequest", words(`${which}: "${part}" ${en}`, `${which}：“${part}”${zh}`), {
    causes: [{ field: which, reason: "FieldValueInvalid", message: words(en, zh) }],
  });

const setBased = /^(\S+)\s+(in|notin)\s*\(([^()]*)\)$/;
const equalityBased = /^([^=!\s]+)\s*(==|=|!=)\s*([^=!\s]*)$/;

function parseLabels(text: string): LabelRequirement[] {
  return splitOutsideParentheses(text).map((part) => {
    const requirement = parseLabel(part);
    if (requirement === undefined) {
      throw bad("labelSelector", part, "is none of: key, !key, key=value, key!=value, key in (a,b), key notin (a,b)", "不是 key、!key、key=value、key!=value、key in (a,b) 或 key notin (a,b) 之一"); // prettier-ignore
    }
    if (!isQualifiedName(requirement.key))
      throw bad("labelSelector", part, "has no valid label key", "的标签键无效");
    for (const value of requirement.values) {
      if (!isLabelValue(value)) throw bad("labelSelector", part, "has no valid label value", "的标签值无效");
    }
    return requirement;
  });
}

function parseLabel(part: string): LabelRequirement | undefined {
  const set = setBased.exec(part);
  if (set) {
    const values = new Set(set[3]!.split(",").map((value) => value.trim()));
    return { key: set[1]!, operator: set[2] as "in" | "notin", values };
  }
  const equality = equalityBased.exec(part);
  if (equality) {
    const operator = equality[2] === "!=" ? "notin" : "in";
    return { key: equality[1]!, operator, values: new Set([equality[3]!]) };
  }
  if (/^![^\s=!(),]+$/.test(part)) return { key: part.slice(1), operator: "absent", values: new Set() };
  if (/^[^\s=!(),]+$/.test(part)) return { key: part, operator: "exists", values: new Set() };
  return undefined;
}

function splitOutsideParentheses(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index <= text.length; index += 1) {
    const character = text[index];
    if (character === "(") depth += 1;
    if (character === ")") depth -= 1;
    if (index < text.length && (character !== "," || depth > 0)) continue;
    const part = text.slice(start, index).trim();
    if (part !== "") parts.push(part);
    start = index + 1;
  }
  return parts;
}

function parseFields(kind: AnyKind, text: string): FieldRequirement[] {
  return text
    .split(/(?<!\\),/)
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map((part) => {
      const match = /^([^=!\s]+)(==|=|!=)(.*)$/s.exec(part);
      if (!match)
        throw bad(
          "fieldSelector",
          part,
          "is none of: path=value, path!=value",
          "不是 path=value 或 path!=value",
        );
      const steps = pathSteps(match[1]!);
      const [step] = steps;
      const first = typeof step === "string" ? step : "";
      if (first !== "metadata" && !Object.hasOwn(kind.fields, first)) {
        throw bad("fieldSelector", part, `names no field of ${kind.kind}`, `不是 ${kind.kind} 的字段`);
      }
      const value = match[3]!.replaceAll(/\\(.)/g, "$1");
      return { path: match[1]!, steps, equal: match[2] !== "!=", value };
    });
}
