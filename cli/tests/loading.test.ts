import assert from "node:assert/strict";
import { test } from "node:test";
import { loadCommands } from "../src/commands/index.ts";

void test("every command is found by its first word alone", async () => {
  const names = (commands: Awaited<ReturnType<typeof loadCommands>>) => commands.map(({ name }) => name);
  const all = names(await loadCommands());
  assert.equal(new Set(all).size, all.length);
  for (const name of all) {
    const found = names(await loadCommands(name.split(" ")[0]));
    assert.ok(found.includes(name) && found.length < all.length, name);
  }
});
