/** What a person wrote into a number field; undefined: no number. Blanks between digits are allowed. */
export function parseNumber(text: string): number | undefined {
  const plain = text.replaceAll(/[\s\u00a0\u202f]/g, "").replace("−", "-");
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : undefined;
}
