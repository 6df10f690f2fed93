import path from "node:path";

/** Whether a relative path matches a pattern (`*`, `**`, `?`) or lies below a folder that does. */
export function matchesAny(relative: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const plain = path.posix.normalize(pattern).replace(/\/+$/, "");
    if (plain === ".") return true;
    return path.posix.matchesGlob(relative, plain) || path.posix.matchesGlob(relative, `${plain}/**`);
  });
}
