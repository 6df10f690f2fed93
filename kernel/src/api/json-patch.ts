import { isDeepStrictEqual } from "node:util";
import { ApiError } from "../errors.ts";
import { isRecord } from "../validation/paths.ts";
import { words } from "../words.ts";

type Operation =
  | { readonly op: "add" | "replace" | "test"; readonly path: string; readonly value: unknown }
  | { readonly op: "remove"; readonly path: string }
  | { readonly op: "move" | "copy"; readonly path: string; readonly from: string };

const operationsLimit = 10_000;

/** JSON patch, RFC 6902. Gives a new document; throws BadRequest (not a patch) or Invalid (it does not apply). */
export function jsonPatch(document: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw malformed("", "must be a list of operations", "必须是操作列表");
  if (patch.length > operationsLimit)
    throw malformed("", `may have at most ${operationsLimit} operations`, `至多 ${operationsLimit} 个操作`);
  // One box around the document, so that the whole of it is a member like every other.
  const box = { document: structuredClone(document) };
  for (const [index, item] of (patch as unknown[]).entries())
    applyOne(box, readOperation(item, index), index);
  return box.document;
}

const malformed = (at: string, en: string, zh: string): ApiError =>
  new ApiError("BadRequest", words(`JSON patch${at}: ${en}`, `JSON patch${at}：${zh}`), {
    causes: [{ field: `patch${at}`, reason: "FieldValueInvalid", message: words(en, zh) }],
  });

const inapplicable = (index: number, path: string, en: string, zh: string): ApiError =>
  new ApiError(
    "Invalid",
    words(`JSON patch[${index}] ${path}: ${en}`, `JSON patch[${index}] ${path}：${zh}`),
    {
      causes: [
        {
          field: `patch[${index}].path`,
          reason: "FieldValueInvalid",
          message: words(`${path}: ${en}`, `${path}：${zh}`),
        },
      ],
    },
  );

function readOperation(item: unknown, index: number): Operation {
  const at = `[${index}]`;
  if (!isRecord(item)) throw malformed(at, "must be an object", "必须是对象");
  const { op, path, from } = item;
  if (typeof path !== "string" || !isPointer(path))
    throw malformed(
      `${at}.path`,
      "must be a JSON pointer such as /spec/name",
      "必须是 JSON 指针，如 /spec/name",
    );
  if (op === "remove") return { op, path };
  if (op === "add" || op === "replace" || op === "test") {
    if (!Object.hasOwn(item, "value")) throw malformed(`${at}.value`, "is required", "是必填项");
    return { op, path, value: item["value"] };
  }
  if (op === "move" || op === "copy") {
    if (typeof from !== "string" || !isPointer(from))
      throw malformed(`${at}.from`, "must be a JSON pointer", "必须是 JSON 指针");
    return { op, path, from };
  }
  throw malformed(
    `${at}.op`,
    "must be add, remove, replace, move, copy or test",
    "必须是 add、remove、replace、move、copy 或 test",
  );
}

const isPointer = (text: string): boolean => (text === "" || text.startsWith("/")) && !/~(?![01])/.test(text);

/** RFC 6901, under the box. */
const stepsOf = (pointer: string): string[] => [
  "document",
  ...pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~")),
];

type Box = { document: unknown };

function applyOne(box: Box, operation: Operation, index: number): void {
  switch (operation.op) {
    case "add":
      return add(box, operation.path, structuredClone(operation.value), index);
    case "remove":
      return void remove(box, operation.path, index);
    case "replace":
      remove(box, operation.path, index);
      return add(box, operation.path, structuredClone(operation.value), index);
    case "copy":
      return add(box, operation.path, structuredClone(read(box, operation.from, index)), index);
    case "move": {
      if (operation.path.startsWith(`${operation.from}/`)) {
        throw inapplicable(
          index,
          operation.path,
          "cannot move a value into itself",
          "不能把值移动到自身之内",
        );
      }
      return add(box, operation.path, remove(box, operation.from, index), index);
    }
    case "test":
      if (!isDeepStrictEqual(read(box, operation.path, index), operation.value)) {
        throw inapplicable(
          index,
          operation.path,
          "the test failed: another value stands there",
          "test 失败：该处是另一个值",
        );
      }
  }
}

function parentOf(box: Box, path: string, index: number): { parent: unknown; last: string } {
  const steps = stepsOf(path);
  let parent: unknown = box;
  for (const step of steps.slice(0, -1)) parent = member(parent, step, path, index);
  return { parent, last: steps.at(-1)! };
}

function read(box: Box, path: string, index: number): unknown {
  const { parent, last } = parentOf(box, path, index);
  return member(parent, last, path, index);
}

function member(parent: unknown, step: string, path: string, index: number): unknown {
  if (Array.isArray(parent)) return parent[position(step, parent.length - 1, path, index)];
  if (isRecord(parent) && Object.hasOwn(parent, step)) return parent[step];
  throw inapplicable(index, path, "there is nothing at this place", "该处不存在");
}

function position(step: string, highest: number, path: string, index: number): number {
  const number = /^(0|[1-9]\d{0,8})$/.test(step) ? Number(step) : Number.NaN;
  if (number <= highest) return number;
  throw inapplicable(index, path, `"${step}" is not an index of this list`, `“${step}”不是该列表的下标`);
}

function add(box: Box, path: string, value: unknown, index: number): void {
  const { parent, last } = parentOf(box, path, index);
  if (Array.isArray(parent)) {
    parent.splice(last === "-" ? parent.length : position(last, parent.length, path, index), 0, value);
  } else if (isRecord(parent)) {
    Object.defineProperty(parent, last, { value, enumerable: true, configurable: true, writable: true });
  } else
    throw inapplicable(index, path, "its parent is neither an object nor a list", "其上级不是对象或列表");
}

function remove(box: Box, path: string, index: number): unknown {
  const { parent, last } = parentOf(box, path, index);
  const value = member(parent, last, path, index);
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete (parent as Record<string, unknown>)[last];
  return value;
}
