import { createHash } from "node:crypto";
import { words } from "@yunhe/kernel";
import { EngineUnreachable } from "../src/driver/port.ts";
import type { FolderMover, Place } from "../src/index.ts";

/** Folders in memory, by path, as texts by name. */
export class FakeMover implements FolderMover {
  readonly folders = new Map<string, Map<string, string>>();
  readonly moves: string[] = [];
  /** When the test says that a folder last changed, by path. */
  readonly changed = new Map<string, number>();
  /** Undefined: it works. */
  fault: "unreachable" | "broken" | undefined;

  folder(path: string): Map<string, string> {
    const known = this.folders.get(path) ?? new Map<string, string>();
    this.folders.set(path, known);
    return known;
  }

  async move(from: Place, to: Place, { onProgress }: Parameters<FolderMover["move"]>[2]) {
    if (this.fault === "unreachable") throw new EngineUnreachable(words("no way there", "无路可达"));
    if (this.fault === "broken")
      throw Object.assign(new Error("disk full"), { words: words("disk full", "磁盘已满") });
    this.moves.push(`${from.path} ${to.path}`);
    const [source, target] = [this.folder(from.path), this.folder(to.path)];
    let movedBytes = 0;
    for (const [name, text] of source) {
      if (target.get(name) !== text) movedBytes += text.length;
      target.set(name, text);
    }
    for (const name of target.keys()) if (!source.has(name)) target.delete(name);
    onProgress(movedBytes);
    return { movedBytes };
  }

  async manifest(path: string) {
    const files = [...this.folder(path)].map(([name, text]) => ({
      path: name,
      mode: 0o644,
      bytes: text.length,
      sha256: createHash("sha256").update(text).digest("hex"),
    }));
    return { files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)) };
  }

  async changedAtMs({ path }: Place) {
    if (this.fault === "unreachable") throw new EngineUnreachable(words("no way there", "无路可达"));
    return this.changed.get(path);
  }

  async remove({ path }: Place): Promise<void> {
    if (this.fault === "unreachable") throw new EngineUnreachable(words("no way there", "无路可达"));
    this.folders.delete(path);
  }
}
