import { createRequire } from "node:module";
import { ApiError } from "@yunhe/kernel";
import type * as Yaml from "yaml";
import { badBody } from "./bad-body.ts";
import { checkJson } from "./check-json.ts";

/** Deeper than any real object, far below what recursion stands. */
export const depthLimit = 100;
const aliasLimit = 100;
/** Reading YAML takes some twenty times as long as JSON. */
const yamlLimitBytes = 1024 * 1024;

const require = createRequire(import.meta.url);
/** Loaded with the first body that is YAML. */
const yaml = (): typeof Yaml => require("yaml") as typeof Yaml;

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Undefined for an empty body. Throws BadRequest that says where the text is wrong. */
export function parseJsonBody(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  const text = decode(bytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const detail = error instanceof Error ? error.message.slice(0, 200) : "";
    throw badBody(`is not valid JSON: ${detail}`, `不是有效的 JSON：${detail}`, error);
  }
  checkJson(text, depthLimit);
  return value;
}

/** YAML 1.2, of which JSON is a part; one document. */
export function parseYamlBody(bytes: Buffer): unknown {
  const text = decode(bytes);
  const first = text.trimStart()[0];
  // kubectl sends JSON under the name of YAML: the quick way first.
  if (first === "{" || first === "[") {
    try {
      return parseJsonBody(bytes);
    } catch (error) {
      if (!(error instanceof ApiError && error.cause instanceof SyntaxError)) throw error;
    }
  }
  if (bytes.length > yamlLimitBytes)
    throw badBody("is more than 1 MiB of YAML; send JSON", "YAML 超过 1 MiB；请改用 JSON");
  return parseYaml(text);
}

function parseYaml(text: string): unknown {
  try {
    const document = yaml().parseDocument(text, { uniqueKeys: true, merge: false, logLevel: "error" });
    const [problem] = document.errors;
    if (problem !== undefined) {
      const where = problem.message.split("\n", 1)[0]!;
      throw badBody(`is not valid YAML: ${where}`, `不是有效的 YAML：${where}`, problem);
    }
    const value: unknown = document.toJS({ maxAliasCount: aliasLimit });
    checkJson(JSON.stringify(value) ?? "", depthLimit);
    return value;
  } catch (error) {
    if (error instanceof ApiError) throw error;
    // Too deep for the stack, or aliases that grow too large.
    const detail = error instanceof ReferenceError || error instanceof RangeError ? error.message : "";
    throw badBody(`this YAML cannot be read: ${detail}`, `无法读取此 YAML：${detail}`, error);
  }
}

function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    throw badBody("is not valid UTF-8", "不是有效的 UTF-8", error);
  }
}
