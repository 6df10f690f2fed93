import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Environment, keyOfKind, type ReconcileFailure, systemEnvironment } from "@yunhe/kernel";
import { type Task, taskKind } from "@yunhe/domain-compute";
import { bootstrapIdentity } from "@yunhe/domain-identity";
import { ownCertificate } from "./certificate.ts";
import { type ControlPlane, openControlPlane } from "./control-plane.ts";
import type { DriverSettings } from "./drivers.ts";
import { createHttpServer, type HttpServer } from "./http/index.ts";
import { openSignIn, type SignInLink, SignInLinks } from "./identity/index.ts";
import { returnMemoryWhenIdle } from "./memory.ts";
import { auditRoutes } from "./routes/audit.ts";
import { blobRoutes } from "./routes/blobs.ts";
import { consoleRoutes } from "./routes/console.ts";
import { evaluationRoutes } from "./routes/evaluation.ts";
import { fleetRoutes } from "./routes/fleet.ts";
import { historyRoutes } from "./routes/history.ts";
import { healthRoutes } from "./routes/health.ts";
import { kindRoutes } from "./routes/kinds.ts";
import { taskLog } from "./routes/logs.ts";
import { verificationRoutes } from "./routes/verification.ts";
import { Verifier } from "./verify/verifier.ts";

export interface ServerOptions extends DriverSettings {
  readonly directory: string;
  /** Loopback unless the operator says otherwise. */
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Folder of the built console; undefined: no console is served. */
  readonly consoleDirectory: string | undefined;
  /** One line for the operator: something went wrong that needs no answer. */
  readonly warn: (line: string) => void;
  /** The store has stopped for good; the process must end. */
  readonly onFatal: (error: Error) => void;
}

export interface RunningServer {
  readonly address: string;
  readonly tokenFile: string;
  /** Opens the console once, without a password. */
  readonly signInLink: SignInLink | undefined;
  readonly controlPlane: ControlPlane;
  readonly http: HttpServer;
  close(): Promise<void>;
}

export const version = (
  JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string }
).version;

/** Opens the control plane and its door; ready when it resolves. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const directory = resolve(options.directory);
  const environment = systemEnvironment();
  let address = "";
  const links = new SignInLinks({ environment, consoleAddress: () => address });
  const controlPlane = await openControlPlane({
    directory,
    environment,
    drivers: options,
    identityActions: (objects) => links.actions(objects),
    onFatal: options.onFatal,
    onReconcileError: (failure) => report(failure, options.warn),
  });
  try {
    const server = await openDoor({ ...options, directory }, environment, links, controlPlane, (bound) => {
      address = bound;
    });
    // Behind the open door: looking through everything there is takes its time, and requests need not wait for it.
    await controlPlane.start().catch(async (error: unknown) => {
      await server.http.close();
      throw error;
    });
    return server;
  } catch (error) {
    // Its loops and threads would keep a process alive that serves nobody.
    await controlPlane.close();
    throw error;
  }
}

async function openDoor(
  options: ServerOptions,
  environment: Environment,
  links: SignInLinks,
  controlPlane: ControlPlane,
  tellAddress: (address: string) => void,
): Promise<RunningServer> {
  const { directory } = options;
  const { store, objects, identity, compute, evaluation, blobs, api, kinds } = controlPlane;
  const boot = await bootstrapIdentity({
    objects,
    directory: identity.directory,
    environment,
    dataDirectory: directory,
  });
  const signIn = openSignIn({ store, objects, identity, environment, links, version });
  const door = { authenticate: signIn.authenticate, authorizer: identity.authorizer };
  const readTask = async (namespace: string, name: string): Promise<Task | undefined> =>
    objects.get(taskKind, namespace, name);
  const certificate = await ownCertificate(directory, options.host);
  const http = createHttpServer({
    api,
    certificate,
    authenticate: signIn.authenticate,
    version: { version },
    subresources: { [keyOfKind(taskKind)]: { log: taskLog(objects, compute, readTask) } },
    routes: [
      healthRoutes(() => true),
      signIn.routes,
      kindRoutes(door, kinds),
      blobRoutes(door, blobs),
      auditRoutes(door, store),
      verificationRoutes(door, new Verifier(directory, environment.clock)),
      fleetRoutes(door, compute, environment),
      historyRoutes(door, objects),
      evaluationRoutes(door, objects, evaluation),
      consoleRoutes(options.consoleDirectory),
    ],
    onError: (error, requestId) =>
      options.warn(`${requestId} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`),
  });
  const bound = await http.listen(options.port, options.host);
  const address = `http://${bound.family === "IPv6" ? `[${bound.address}]` : bound.address}:${bound.port}`;
  tellAddress(address);
  const stopReturningMemory = returnMemoryWhenIdle();
  return {
    address,
    tokenFile: boot.tokenFile,
    signInLink: boot.admin && signIn.linkFor(boot.admin.id),
    controlPlane,
    http,
    async close() {
      stopReturningMemory();
      await http.close();
      await controlPlane.close();
    },
  };
}

/** A lost race is no news; anything else is. */
function report({ reconciler, key, error, retryInMs }: ReconcileFailure, warn: (line: string) => void): void {
  if (error instanceof Error && "reason" in error && error.reason === "Conflict") return;
  const text = error instanceof Error ? error.message : String(error);
  warn(`${reconciler} ${key.namespace}/${key.name}: ${text} (again in ${Math.round(retryInMs)} ms)`);
}
