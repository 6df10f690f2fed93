import { createPrivateKey, X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { writeDurably } from "./files/durable.ts";
import type { Certificate } from "./http/index.ts";

const validDays = 3650;
const renewBeforeMs = 30 * 86_400_000;

/**
 * The server's own certificate in `DIR/tls`, made at the first start for this machine's names and renewed before it
 * ends. It signs itself: clients get it from `yunhe kubeconfig`, or from the file.
 */
export async function ownCertificate(
  directory: string,
  host: string,
): Promise<Certificate & { readonly certFile: string }> {
  const folder = join(directory, "tls");
  const certFile = join(folder, "server.crt");
  const keyFile = join(folder, "server.key");
  if (!isGood(certFile, keyFile, host)) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const made = await generate(host);
    await writeDurably(keyFile, made.key);
    await writeDurably(certFile, made.cert);
  }
  return { key: readFileSync(keyFile, "utf8"), cert: readFileSync(certFile, "utf8"), certFile };
}

function isGood(certFile: string, keyFile: string, host: string): boolean {
  if (!existsSync(certFile) || !existsSync(keyFile)) return false;
  const certificate = readPair(certFile, keyFile);
  const named =
    certificate?.checkHost(host) ??
    certificate?.checkIP(host) ??
    (host === "::" || host === "0.0.0.0" ? host : undefined);
  return (
    certificate !== undefined &&
    named !== undefined &&
    Date.parse(certificate.validTo) - Date.now() > renewBeforeMs
  );
}

/** Undefined where one of them is damaged or they do not belong together: a crash between the two leaves that. */
function readPair(certFile: string, keyFile: string): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(readFileSync(certFile));
    return certificate.checkPrivateKey(createPrivateKey(readFileSync(keyFile))) ? certificate : undefined;
  } catch {
    return undefined;
  }
}

async function generate(host: string): Promise<Certificate> {
  const { generate: make } = await import("selfsigned");
  const isAddress = /^[\d.]+$|:/.test(host);
  const names = [...new Set(["localhost", hostname(), ...(isAddress ? [] : [host])])];
  const addresses = [...new Set(["127.0.0.1", "::1", ...(isAddress ? [host] : [])])];
  const pem = await make([{ name: "commonName", value: "yunhe" }], {
    keyType: "ec",
    curve: "P-256",
    algorithm: "sha256",
    notAfterDate: new Date(Date.now() + validDays * 86_400_000),
    extensions: [
      { name: "basicConstraints", cA: true },
      { name: "keyUsage", digitalSignature: true, keyCertSign: true },
      { name: "extKeyUsage", serverAuth: true },
      {
        name: "subjectAltName",
        altNames: [
          ...names.map((value) => ({ type: 2 as const, value })),
          ...addresses.map((ip) => ({ type: 7 as const, ip })),
        ],
      },
    ],
  });
  return { key: pem.private, cert: pem.cert };
}
