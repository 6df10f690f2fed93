import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { ownCertificate } from "../src/certificate.ts";
import { startServer } from "../src/start.ts";

const folder = mkdtempSync(join(tmpdir(), "yunhe-tls-"));
after(() => rmSync(folder, { recursive: true }));

test("a certificate is kept while it is good, and made anew when a crash left it damaged", async () => {
  const made = await ownCertificate(folder, "localhost");
  assert.equal((await ownCertificate(folder, "localhost")).cert, made.cert);
  // What a power cut leaves of a file that was renamed before its content was on disk.
  writeFileSync(join(folder, "tls/server.crt"), "");
  const again = await ownCertificate(folder, "localhost");
  assert.ok(new X509Certificate(again.cert).checkHost("localhost"));
  writeFileSync(join(folder, "tls/server.key"), made.key);
  const matching = await ownCertificate(folder, "localhost");
  assert.notEqual(
    matching.cert,
    again.cert,
    "a key and a certificate that do not belong together are not used",
  );
});

test("a server that cannot open its door gives its data back", async () => {
  const directory = join(folder, "data");
  const taken = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => void taken.once("listening", resolve));
  const { port } = taken.address() as { port: number };
  const options = {
    directory,
    host: "127.0.0.1",
    consoleDirectory: undefined,
    simulateDevices: [],
    allowNoIsolation: true,
    warn: () => {},
    onFatal: (error: Error) => assert.fail(error),
  };
  await assert.rejects(startServer({ ...options, port }), { code: "EADDRINUSE" });
  taken.close();
  const server = await startServer({ ...options, port: 0 });
  await server.close();
});
