import { ApiError, type FieldValidation, type WriteOptions, words } from "@yunhe/kernel";
import type { ApiRequest } from "./context.ts";

const wrong = (name: string, en: string, zh: string): ApiError =>
  new ApiError("BadRequest", words(`${name}: ${en}`, `${name}：${zh}`), {
    causes: [{ field: name, reason: "FieldValueInvalid", message: words(en, zh) }],
  });

export function textParameter(url: URL, name: string): string | undefined {
  const value = url.searchParams.get(name);
  return value === null || value === "" ? undefined : value;
}

/** `true`, `1` and a bare name say yes, as everywhere in Kubernetes. */
export function flagParameter(url: URL, name: string): boolean | undefined {
  const value = url.searchParams.get(name);
  if (value === null) return undefined;
  if (["", "true", "1", "True"].includes(value)) return true;
  if (["false", "0", "False"].includes(value)) return false;
  throw wrong(name, "must be true or false", "必须是 true 或 false");
}

export function numberParameter(url: URL, name: string): number | undefined {
  const value = textParameter(url, name);
  if (value === undefined) return undefined;
  if (!/^\d{1,9}$/.test(value)) throw wrong(name, "must be a whole number", "必须是整数");
  return Number(value);
}

export function choiceParameter<Choice extends string>(
  url: URL,
  name: string,
  choices: readonly Choice[],
): Choice | undefined {
  const value = textParameter(url, name);
  if (value === undefined) return undefined;
  const found = choices.find((choice) => choice === value);
  if (found === undefined)
    throw wrong(name, `must be one of ${choices.join(", ")}`, `必须是 ${choices.join("、")} 之一`);
  return found;
}

const validations: readonly FieldValidation[] = ["Strict", "Warn", "Ignore"];
const managerLimit = 128;

/** Query parameters and headers that all writes share. */
export function writeOptions({ url, incoming }: ApiRequest): WriteOptions {
  const validation = choiceParameter(url, "fieldValidation", validations);
  const key = incoming.headers["idempotency-key"];
  const manager = textParameter(url, "fieldManager") ?? agentOf(incoming.headers["user-agent"]);
  if (manager !== undefined && manager.length > managerLimit) {
    throw wrong("fieldManager", `must be at most ${managerLimit} characters`, `至多 ${managerLimit} 个字符`);
  }
  return {
    dryRun: choiceParameter(url, "dryRun", ["All"]) === "All",
    ...(manager === undefined ? {} : { fieldManager: manager }),
    ...(validation === undefined ? {} : { fieldValidation: validation }),
    ...(typeof key === "string" ? { idempotencyKey: key } : {}),
  };
}

/** `kubectl/v1.32.4 (linux/amd64)` writes as `kubectl`, when it names no manager. */
function agentOf(header: string | undefined): string | undefined {
  const name = header?.split("/", 1)[0]?.trim().slice(0, managerLimit);
  return name === "" ? undefined : name;
}
