import { badBody } from "./bad-body.ts";

const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const colon = 0x3a;

/**
 * Finds in JSON that parses what parsing hides: nesting beyond the limit, a key that stands twice in one object
 * (`JSON.parse` keeps the last without a word), and the key `__proto__`. Throws BadRequest.
 */
export function checkJson(text: string, depthLimit: number): void {
  /** Keys of each open object; undefined for a list. */
  const open: (Set<string> | undefined)[] = [];
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === quote) {
      const end = endOfString(text, index);
      const keys = open.at(-1);
      if (keys !== undefined && isKey(text, end)) addKey(keys, text.slice(index, end + 1));
      index = end;
    } else if (code === openBrace || code === openBracket) {
      open.push(code === openBrace ? new Set() : undefined);
      if (open.length > depthLimit) throw tooDeep(depthLimit);
    } else if (code === closeBrace || code === closeBracket) open.pop();
  }
}

function endOfString(text: string, start: number): number {
  let index = start + 1;
  while (index < text.length && text.charCodeAt(index) !== quote) {
    index += text.charCodeAt(index) === backslash ? 2 : 1;
  }
  return index;
}

function isKey(text: string, endOfText: number): boolean {
  let index = endOfText + 1;
  while (text.charCodeAt(index) <= 0x20) index += 1;
  return text.charCodeAt(index) === colon;
}

function addKey(keys: Set<string>, literal: string): void {
  const key = literal.includes("\\") ? (JSON.parse(literal) as string) : literal.slice(1, -1);
  if (key === "__proto__") throw badBody('the key "__proto__" is not allowed', "不允许使用键“__proto__”");
  if (keys.has(key))
    throw badBody(`the key "${key}" stands twice in one object`, `同一对象中键“${key}”出现两次`);
  keys.add(key);
}

const tooDeep = (limit: number): Error =>
  badBody(`is nested deeper than ${limit} levels`, `嵌套超过 ${limit} 层`);
