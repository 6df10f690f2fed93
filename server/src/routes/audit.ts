import { ApiError, type AuditPage, type Store, words } from "@yunhe/kernel";
import { auditKey } from "@yunhe/domain-identity";
import { type HttpApp, sendJson } from "../http/index.ts";
import { type Door, secured } from "./secured.ts";

const most = 500;

/** `GET /yunhe/v1/audit?namespace=&kind=&name=&actor=&before=&limit=`: who did what, newest first, with the chain's hashes. */
export function auditRoutes(door: Door, store: Store): (app: HttpApp) => void {
  return (app) =>
    secured(
      app,
      door,
      "GET",
      "/yunhe/v1/audit",
      ({ url }) => ({ verb: "list", kind: auditKey, namespace: url.searchParams.get("namespace") ?? "" }),
      async ({ url, outgoing }) => sendJson(outgoing, 200, { items: await store.audit(pageOf(url)) }),
    );
}

function pageOf(url: URL): AuditPage {
  const text = (name: string): string | undefined => url.searchParams.get(name) ?? undefined;
  const number = (name: string): number | undefined => {
    const value = text(name);
    if (value === undefined || /^\d{1,15}$/.test(value))
      return value === undefined ? undefined : Number(value);
    throw new ApiError("BadRequest", words(`${name} must be a whole number.`, `${name} 须为非负整数。`));
  };
  const filters = Object.fromEntries(
    ["actor", "namespace", "kind", "name"]
      .map((name) => [name, text(name)] as const)
      .filter(([, value]) => value !== undefined),
  );
  const before = number("before");
  return {
    ...filters,
    limit: Math.min(number("limit") ?? 100, most),
    descending: true,
    ...(before === undefined ? {} : { afterSequence: before }),
  };
}
