import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openMemoryStore, openSqliteStore, type Store } from "@yunhe/kernel";
import { storeConformance } from "@yunhe/kernel/conformance";

storeConformance("memory", async (clock) => openMemoryStore({ clock }));

storeConformance("sqlite", async (clock) => {
  const folder = await mkdtemp(join(tmpdir(), "yunhe-store-"));
  const store = await openSqliteStore({ path: join(folder, "yunhe.db"), clock });
  return withCleanUp(store, () => rm(folder, { recursive: true }));
});

function withCleanUp(store: Store, clean: () => Promise<void>): Store {
  const close = store.close.bind(store);
  let cleaned: Promise<void> | undefined;
  store.close = () => (cleaned ??= close().then(clean));
  return store;
}
