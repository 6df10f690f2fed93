import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from "playwright-core";

const root = join(import.meta.dirname, "../..");
const browserPath = "/usr/bin/chromium";
const flags =
  "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";

const up = "up --listen 127.0.0.1:0 --simulate-devices 2xA100-80G --lang en";

/** Why these tests cannot run here; undefined: they can. */
export const skipReason = existsSync(browserPath)
  ? undefined
  : `needs Chromium at ${browserPath} (apt install chromium)`;

/** A real server of its own with two simulated devices, and a real browser before it. */
export interface Console {
  readonly address: string;
  readonly signInLink: string;
  readonly token: string;
  readonly browser: Browser;
  /** A page in a fresh browser profile; what the page logs as an error is kept. */
  open(
    options?: BrowserContextOptions,
  ): Promise<{ readonly page: Page; readonly context: BrowserContext; readonly errors: string[] }>;
  /** The same, signed in with the token. */
  openSignedIn(
    path: string,
    options?: BrowserContextOptions,
  ): Promise<{ readonly page: Page; readonly errors: string[] }>;
  submit(name: string, spec: object): Promise<void>;
  close(): Promise<void>;
}

export async function startConsole(): Promise<Console> {
  const directory = await mkdtemp(join(tmpdir(), "yunhe-console-"));
  const server = spawn(
    process.execPath,
    [join(root, "cli/src/main.ts"), ...up.split(" "), "--data", directory],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const signInLink = await linkIn(server.stdout);
  const address = new URL(signInLink).origin;
  const token = (await readFile(join(directory, "admin.token"), "utf8")).trim();
  const browser = await chromium.launch({ executablePath: browserPath, args: flags.split(" ") });
  const open: Console["open"] = async (options = {}) => {
    const context = await browser.newContext({ locale: "en-GB", baseURL: address, ...options });
    const page = await context.newPage();
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error" && !/status of 4\d\d/.test(message.text())) errors.push(message.text());
    });
    return { page, context, errors };
  };
  const openSignedIn: Console["openSignedIn"] = async (path, options) => {
    const { page, context, errors } = await open(options);
    const headers = { "x-yunhe-request": "test" };
    const answer = await context.request.post("/signin/session", { data: { token }, headers });
    if (!answer.ok()) throw new Error(`sign-in failed: ${await answer.text()}`);
    await page.goto(path);
    return { page, errors };
  };
  const submit: Console["submit"] = async (name, spec) => {
    const answer = await fetch(`${address}/apis/compute.yunhe.dev/v1/namespaces/default/tasks`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ apiVersion: "compute.yunhe.dev/v1", kind: "Task", metadata: { name }, spec }),
    });
    if (!answer.ok) throw new Error(await answer.text());
  };
  const close = async (): Promise<void> => {
    await browser.close();
    await cancelAll(address, token);
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGTERM");
    await ended;
    await rm(directory, { recursive: true, force: true });
  };
  return { address, signInLink, token, browser, open, openSignedIn, submit, close };
}

/** Tasks outlive their server: none may be left behind. */
async function cancelAll(address: string, token: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const tasks = `${address}/apis/compute.yunhe.dev/v1/namespaces/default/tasks`;
  for (;;) {
    const { items } = (await (await fetch(tasks, { headers })).json()) as TaskList;
    const open = items.filter(
      ({ status }) => !["Succeeded", "Failed", "Cancelled"].includes(status?.phase ?? ""),
    );
    if (open.length === 0) return;
    for (const { metadata } of open)
      await fetch(`${tasks}/${metadata.name}/cancel`, { method: "POST", headers, body: "{}" });
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

interface TaskList {
  readonly items: readonly {
    readonly metadata: { readonly name: string };
    readonly status?: { readonly phase: string };
  }[];
}

/** The one-time link that the server prints when it is ready. */
async function linkIn(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: output })) {
    const link = /https?:\/\/\S+\/signin\?code=\S+/.exec(line)?.[0];
    if (link !== undefined) return link;
  }
  throw new Error("the server ended before it printed a sign-in link");
}

/** How many pixels of the page lie beyond its right edge. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
