import { ApiError, openObjects } from "@yunhe/kernel";
import type { Group } from "../../../kernel/src/store/backend.ts";
import { Violation } from "../checks/violation.ts";
import type { Chance } from "../world/chance.ts";
import type { Database } from "../world/database.ts";
import { permitKind } from "../world/permissions.ts";
import { kinds } from "../world/replica.ts";

/**
 * Takes a user's permission away, and gives it back. Whatever the user does is allowed or refused as it stands at the
 * very revision at which it commits (S2).
 */
export class Operator {
  readonly #database: Database;
  readonly #refused = new Set<string>();

  constructor(database: Database) {
    this.#database = database;
  }

  async set(user: string, allowed: boolean): Promise<void> {
    const { store, process } = this.#database;
    if (store === undefined) return;
    const objects = openObjects(store, kinds, process.environment);
    try {
      const permit = await objects.get(permitKind, "", user);
      if (permit === undefined || permit.refused === !allowed) return;
      const object = { ...permit, refused: !allowed };
      await objects.commit([{ type: "update", kind: permitKind, object }], { actor: "operator" });
    } catch (error) {
      // A store that is down or full refuses: then nothing has changed.
      if (!(error instanceof ApiError)) throw error;
    }
  }

  /** A delay after which a permission is taken away: often while a write is on its way to the disk. */
  static momentMs = (chance: Chance): number => chance.between(0, 6);

  take(group: Group): void {
    for (const [index, row] of group.rows.entries()) {
      const actor = group.audit.filter(({ after }) => after > 0)[index]?.actor;
      if (actor !== undefined && this.#refused.has(actor))
        throw new Violation("S2", `${actor} wrote ${row.key.name} at ${row.revision} without permission`);
      if (!row.key.kind.startsWith("permits.")) continue;
      if (row.json.includes('"refused":true')) this.#refused.add(row.key.name);
      else this.#refused.delete(row.key.name);
    }
  }
}
