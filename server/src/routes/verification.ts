import { keyOfKind } from "@yunhe/kernel";
import { poolKind } from "@yunhe/domain-compute";
import { type HttpApp, sendJson } from "../http/index.ts";
import type { Verifier } from "../verify/verifier.ts";
import { type Door, secured } from "./secured.ts";

const path = "/yunhe/v1/verification";
/** It names objects of all projects: for those who run the whole house. */
const mayOperate = () => ({ verb: "update", kind: keyOfKind(poolKind), namespace: "" }) as const;

/** `GET /yunhe/v1/verification`: the last result; `POST`: verifies the store now and gives the result. */
export function verificationRoutes(door: Door, verifier: Verifier): (app: HttpApp) => void {
  return (app) => {
    secured(app, door, "GET", path, mayOperate, async ({ outgoing }) => {
      sendJson(outgoing, 200, { running: verifier.isRunning, last: (await verifier.last()) ?? null });
    });
    secured(app, door, "POST", path, mayOperate, async ({ principal, outgoing }) => {
      sendJson(outgoing, 200, { ...(await verifier.run(principal.id)) });
    });
  };
}
