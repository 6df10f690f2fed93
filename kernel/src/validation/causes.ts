import type { z } from "zod";
import type { Cause } from "../errors.ts";
import { type Words, words } from "../words.ts";
import { pathText, valueAt } from "./paths.ts";

type Issue = z.core.$ZodIssue;

/**
 * Turns what zod found wrong into causes that name the field. `input` is the object the paths start from.
 * A schema's own check gives both languages as `English / 中文`, or Chinese in `params.zh` of a custom issue.
 */
export function causesOf(
  issues: readonly Issue[],
  input: unknown,
  prefix: readonly PropertyKey[] = [],
): Cause[] {
  return issues.flatMap((issue) => causesOfIssue(issue, input, [...prefix, ...issue.path]));
}

function causesOfIssue(issue: Issue, input: unknown, path: readonly PropertyKey[]): Cause[] {
  const at = pathText(path);
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownField([...path, key]));
  if (issue.code === "invalid_union") {
    const closest = closestBranch(issue.errors);
    if (closest) return causesOf(closest, input, path);
  }
  const value = valueAt(input, path);
  if (value === undefined && issue.code !== "custom") {
    return [{ field: at, reason: "FieldValueRequired", message: words("is required", "是必填项") }];
  }
  const reason = issue.code === "invalid_value" ? "FieldValueNotSupported" : "FieldValueInvalid";
  return [{ field: at, reason, message: describe(issue, value) }];
}

/** Where the unknown fields are: the text of a path cannot be read back, since names may hold any character. */
const unknownPaths = new WeakMap<Cause, readonly PropertyKey[]>();

export function unknownField(path: readonly PropertyKey[]): Cause {
  const cause: Cause = {
    field: pathText(path),
    reason: "FieldValueForbidden",
    message: words("unknown field: check its spelling and place", "未知字段：请检查拼写和位置"),
  };
  unknownPaths.set(cause, path);
  return cause;
}

/** The path of the field that a cause calls unknown; undefined where it says something else. */
export const unknownPath = (cause: Cause): readonly PropertyKey[] | undefined => unknownPaths.get(cause);

/** Of a union's branches the one that the input comes nearest to: it failed deepest, then least often. */
function closestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const depth = (issues: readonly Issue[]): number =>
    Math.max(0, ...issues.map((issue) => issue.path.length));
  const nested = branches.filter(
    (issues) => depth(issues) > 0 || issues.some((i) => i.code !== "invalid_type"),
  );
  return nested.toSorted((left, right) => depth(right) - depth(left) || left.length - right.length)[0];
}

const typeNames: Readonly<Record<string, Words>> = {
  string: words("text", "文本"),
  number: words("a number", "数字"),
  int: words("a whole number", "整数"),
  boolean: words("true or false", "true 或 false"),
  object: words("an object", "对象"),
  record: words("an object", "对象"),
  array: words("a list", "列表"),
  null: words("null", "null"),
};

const typeWords = (name: string): Words => typeNames[name] ?? words(name, name);

function received(value: unknown): Words {
  if (Array.isArray(value)) return typeWords("array");
  if (typeof value === "object" && value !== null) return typeWords("object");
  const shown = shorten(JSON.stringify(value) ?? String(value));
  return words(shown, shown);
}

const shorten = (text: string): string => (text.length > 80 ? `${text.slice(0, 77)}…` : text);

function describe(issue: Issue, value: unknown): Words {
  const own = ownWords(issue);
  if (own !== undefined) return own;
  const got = received(value);
  switch (issue.code) {
    case "invalid_type": {
      const expected = typeWords(issue.expected);
      return words(`must be ${expected.en}, not ${got.en}`, `必须是${expected.zh}，而不是 ${got.zh}`);
    }
    case "too_big":
      return limit(issue, issue.maximum, "most");
    case "too_small":
      return limit(issue, issue.minimum, "least");
    case "invalid_value": {
      const options = issue.values.map((option) => JSON.stringify(option)).join(", ");
      return words(`${got.en} is not one of: ${options}`, `${got.zh} 不是允许的值：${options}`);
    }
    case "not_multiple_of":
      return words(`must be a multiple of ${issue.divisor}`, `必须是 ${issue.divisor} 的倍数`);
    case "invalid_format":
      return formatWords(issue, got);
    case "custom":
    case "invalid_element":
    case "invalid_key":
    case "invalid_union":
    case "unrecognized_keys":
    default:
      return words("is none of the forms that are allowed here", "不是此处允许的形式");
  }
}

const zodsOwn = /^(Invalid|Too big|Too small|Unrecognized|Expected)\b/;
const bothLanguages = /^(.*\S) \/ (.*\p{Script=Han}.*)$/su;

/** A message written in the kind's definition: `English / 中文`, or English with the Chinese in `params.zh`. */
function ownWords(issue: Issue): Words | undefined {
  if (issue.code !== "custom" && zodsOwn.test(issue.message)) return undefined;
  const params: Record<string, unknown> = issue.code === "custom" ? (issue.params ?? {}) : {};
  if (typeof params["zh"] === "string") return words(issue.message, params["zh"]);
  const both = bothLanguages.exec(issue.message);
  return both === null ? words(issue.message, issue.message) : words(both[1]!, both[2]!);
}

function formatWords(issue: Extract<Issue, { code: "invalid_format" }>, got: Words): Words {
  const rule = issue.format === "regex" ? (issue.pattern ?? "") : issue.format;
  return words(`${got.en} does not have the form ${rule}`, `${got.zh} 不符合格式 ${rule}`);
}

function limit(
  issue: Extract<Issue, { code: "too_big" | "too_small" }>,
  bound: number | bigint,
  side: "most" | "least",
): Words {
  const units: Readonly<Record<string, Words>> = {
    string: words(" characters", " 个字符"),
    array: words(" items", " 项"),
    set: words(" items", " 项"),
    map: words(" entries", " 项"),
    record: words(" entries", " 项"),
  };
  const unit = units[issue.origin] ?? words("", "");
  const strict = issue.inclusive === false;
  const en = strict ? (side === "most" ? "less than" : "more than") : `at ${side}`;
  const zh = strict ? (side === "most" ? "小于" : "大于") : side === "most" ? "不超过" : "不少于";
  return words(`must be ${en} ${bound}${unit.en}`, `必须${zh} ${bound}${unit.zh}`);
}
