import assert from "node:assert/strict";
import { execFile, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { eventDraft, systemEnvironment, words } from "@yunhe/kernel";
import { type RunningServer, startServer, token, widgetBody, widgets } from "./http-fixture.ts";

/** The client that nobody here wrote. 1.27 and later validate with `/openapi/v3` and know server-side field validation. */
function kubectlVersion(): number | undefined {
  try {
    const { clientVersion } = JSON.parse(execFileSync("kubectl", ["version", "--client", "-o", "json"], { encoding: "utf8" })) as { clientVersion: { minor: string } }; // prettier-ignore
    return Number.parseInt(clientVersion.minor, 10);
  } catch {
    return undefined;
  }
}

const version = kubectlVersion();
const skip =
  version === undefined ? "kubectl is not on PATH" : version < 27 ? `kubectl 1.${version} is too old` : false;

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

type Kubectl = (arguments_: string, input?: string) => Promise<Outcome>;

/** The token in the address: over plain HTTP kubectl keeps those given in any other way to itself. */
const serverFlag = ({ port }: RunningServer, secret: string): string =>
  `--server=http://any:${secret}@127.0.0.1:${port}`;

async function start(
  context: TestContext,
): Promise<{ server: RunningServer; kubectl: Kubectl; flags: string[]; cache: string }> {
  const server = await startServer(context);
  const cache = mkdtempSync(join(tmpdir(), "yunhe-kubectl-"));
  context.after(() => rmSync(cache, { recursive: true, force: true }));
  const flags = [serverFlag(server, token), "--kubeconfig=/dev/null", `--cache-dir=${cache}`];
  const kubectl: Kubectl = (text, input) =>
    new Promise((resolve) => {
      const parts = [...text.matchAll(/'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2]!);
      const child = execFile("kubectl", [...flags, ...parts], { encoding: "utf8" }, (failure, out, error) =>
        resolve({ code: failure === null ? 0 : Number(failure.code ?? 1), out, error }),
      );
      child.stdin?.end(input ?? "");
    });
  return { server, kubectl, flags, cache };
}

async function succeeds(outcome: Promise<Outcome>, expected?: RegExp): Promise<string> {
  const { code, out, error } = await outcome;
  assert.equal(code, 0, `${out}${error}`);
  if (expected !== undefined) assert.match(out, expected);
  return out;
}

async function fails(outcome: Promise<Outcome>, expected: RegExp): Promise<void> {
  const { code, out, error } = await outcome;
  assert.notEqual(code, 0, out);
  assert.match(error, expected);
}

const manifest = (spec: string): string =>
  `apiVersion: sample.yunhe.dev/v1\nkind: Widget\nmetadata: {name: a, namespace: demo, labels: {app: x}}\nspec: ${spec}\n`;

void test("kubectl learns the kinds and explains them", { skip }, async (context) => {
  const { kubectl } = await start(context);
  const resources = await succeeds(kubectl("api-resources"));
  assert.match(resources, /^widgets +wg +sample\.yunhe\.dev\/v1 +true +Widget$/m);
  assert.match(resources, /^namespaces +ns +v1 +false +Namespace$/m);
  await succeeds(kubectl("api-versions"), /^sample\.yunhe\.dev\/v1$/m);
  const explained = await succeeds(kubectl("explain widget.spec"));
  assert.match(explained, /size\t<integer>\s+How large it is\./);
  await succeeds(kubectl("explain wg.spec.parts"), /name\t<string> -required-/);
  await succeeds(kubectl("explain widgets --recursive"), /metadata\t<ObjectMeta>/);
  await succeeds(kubectl("version"), /Server Version: v1\./);
});

void test("kubectl gets, shows and describes objects with their events", { skip }, async (context) => {
  const { kubectl, server } = await start(context);
  const about = (
    await server.request("POST", widgets, widgetBody("a", { weightBytes: 2048 }, { labels: { app: "x" } }))
  ).body;
  const event = eventDraft(
    {
      about,
      type: "Warning",
      reason: "Scratched",
      message: words("It is scratched.", "有划痕。"),
      component: "tester",
    },
    systemEnvironment(),
  );
  await server.objects.commit([event], { actor: "system:test" });
  await succeeds(kubectl("get widgets -n demo"), /^NAME +SIZE +PHASE +AGE\na +3 +New +\d+s\n$/);
  await succeeds(kubectl("get wg a -n demo -o wide"), /WEIGHT[^]*2KiB/);
  await succeeds(kubectl("get wg -A -l app=x --field-selector spec.size=3"), /^NAMESPACE +NAME[^]*^demo +a/m);
  await succeeds(kubectl("get wg a -n demo -o yaml"), /^spec:\n {2}parts: \[\]\n {2}size: 3$/m);
  await succeeds(kubectl("get wg -n demo -o name"), /^widget\.sample\.yunhe\.dev\/a$/m);
  await succeeds(kubectl("get wg a -n demo -o jsonpath={.spec.size}"), /^3$/);
  await succeeds(kubectl("get all -n demo"), /^a +3/m);
  await succeeds(kubectl("get wg -n demo --chunk-size=1"), /^a +3/m);
  const described = await succeeds(kubectl("describe wg a -n demo"));
  assert.match(described, /^Name: +a$/m);
  assert.match(described, /Warning +Scratched +\S+ +tester +It is scratched\./);
  await succeeds(kubectl("get events -n demo"), /Warning +Scratched +a +It is scratched\./);
  await succeeds(kubectl("events -n demo"), /Warning +Scratched +Widget\/a +It is scratched\./);
  await fails(kubectl("get wg b -n demo"), /Error from server \(NotFound\)/);
});

void test(
  "kubectl applies on the client's side, creates, edits, labels, annotates, patches and deletes",
  { skip },
  async (context) => {
    const { kubectl } = await start(context);
    await succeeds(kubectl("apply -f -", manifest("{size: 5}")), /created/);
    await succeeds(kubectl("apply -f -", manifest("{size: 5}")), /unchanged/);
    await succeeds(kubectl("apply -f -", manifest("{size: 6, colour: red}")), /configured/);
    await succeeds(kubectl("apply -f -", manifest("{size: 6}")), /configured/);
    assert.doesNotMatch(await succeeds(kubectl("get wg a -n demo -o yaml")), /^ {2}colour:/m);
    await fails(kubectl("apply -f -", manifest("{sise: 6}")), /spec\.sise/);
    await fails(kubectl("apply -f -", manifest("{size: 600}")), /spec\.size/);
    const { code } = await kubectl("diff -f -", manifest("{size: 9}"));
    assert.equal(code, 1);
    await succeeds(kubectl("label wg a -n demo tier=gold"), /labeled/);
    await succeeds(kubectl("annotate wg a -n demo note=hello"), /annotated/);
    await succeeds(kubectl(`patch wg a -n demo --type=merge -p '{"spec":{"size":7}}'`), /patched/);
    await succeeds(
      kubectl(`patch wg a -n demo --type=json -p '[{"op":"replace","path":"/spec/size","value":8}]'`),
      /patched/,
    );
    await succeeds(
      kubectl(`patch wg a -n demo --subresource=status --type=merge -p '{"status":{"phase":"Ready"}}'`),
      /patched/,
    );
    await fails(kubectl(`patch wg a -n demo --type=merge -p '{"spec":{"size":0}}'`), /spec\.size/);
    await succeeds(kubectl("get wg a -n demo"), /a +8 +Ready/);
    await succeeds(kubectl("replace -f -", manifest("{size: 9}")), /replaced/);
    await succeeds(
      kubectl("create -f - --dry-run=server", manifest("{size: 1}").replace("name: a", "name: dry")),
      /created \(server dry run\)/,
    );
    await succeeds(kubectl("delete wg a -n demo"), /deleted/);
    await fails(kubectl("get wg dry -n demo"), /NotFound/);
    await succeeds(kubectl("delete wg --all -n demo"), /No resources found/);
  },
);

void test("kubectl applies on the server's side, and is told of conflicts", { skip }, async (context) => {
  const { kubectl } = await start(context);
  const apply = (manager: string, spec: string, more = "") =>
    kubectl(`apply --server-side --field-manager=${manager} ${more} -f -`, manifest(spec));
  await succeeds(apply("first", "{size: 5, parts: [{name: p}]}"), /serverside-applied/);
  await succeeds(apply("second", "{parts: [{name: q}]}"), /serverside-applied/);
  await fails(apply("second", "{size: 6}"), /conflict with "first"[^]*\.spec\.size/);
  await succeeds(apply("second", "{size: 6}", "--force-conflicts"), /serverside-applied/);
  await succeeds(
    kubectl("get wg a -n demo --show-managed-fields -o yaml"),
    /manager: second\n {4}operation: Apply/,
  );
  // From client-side to server-side apply: kubectl moves the ownership itself.
  await succeeds(kubectl("apply -f -", manifest("{size: 5}").replace("name: a", "name: b")), /created/);
  await succeeds(
    kubectl("apply --server-side -f -", manifest("{size: 7}").replace("name: a", "name: b")),
    /serverside-applied/,
  );
});

void test("kubectl edits in an editor", { skip }, async (context) => {
  const { kubectl, server, flags, cache } = await start(context);
  await kubectl("apply -f -", manifest("{size: 5}"));
  const script = join(cache, "edit.sed");
  writeFileSync(script, "s/size: 5/size: 11/\n");
  const out = run("kubectl", [...flags, "edit", "wg", "a", "-n", "demo"], {
    KUBE_EDITOR: `sed -i -f ${script}`,
  });
  assert.match(await out, /edited/);
  assert.equal((await server.request("GET", `${widgets}/a`)).body.spec.size, 11);
});

const run = (program: string, arguments_: string[], environment: Record<string, string>): Promise<string> =>
  new Promise((resolve, reject) => {
    execFile(
      program,
      arguments_,
      { encoding: "utf8", env: { ...process.env, ...environment } },
      (failure, out, error) => (failure === null ? resolve(out) : reject(new Error(`${out}${error}`))),
    );
  });

void test("kubectl waits for a condition, a field and a deletion", { skip }, async (context) => {
  const { kubectl, server } = await start(context);
  const { body } = await server.request("POST", widgets, widgetBody("a"));
  const ready = kubectl("wait wg/a -n demo --for=condition=Ready --timeout=20s");
  const phase = kubectl("wait wg/a -n demo --for=jsonpath={.status.phase}=Done --timeout=20s");
  const gone = kubectl("wait wg/a -n demo --for=delete --timeout=20s");
  await new Promise((resolve) => setTimeout(resolve, 500));
  const status = { phase: "Done", conditions: [{ type: "Ready", status: "True" }] };
  await server.request("PUT", `${widgets}/a/status`, { ...body, status, metadata: { name: "a" } });
  await succeeds(ready, /condition met/);
  await succeeds(phase, /condition met/);
  await server.request("DELETE", `${widgets}/a`);
  await succeeds(gone, /condition met/);
});

void test("kubectl get -w prints a row for each change", { skip }, async (context) => {
  const { server, flags } = await start(context);
  await server.request("POST", widgets, widgetBody("a"));
  const watching = spawn("kubectl", [...flags, "get", "wg", "-n", "demo", "-w", "--output-watch-events"]);
  context.after(() => void watching.kill());
  let out = "";
  watching.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  const until = async (expected: RegExp): Promise<void> => {
    const deadline = Date.now() + 15_000;
    while (!expected.test(out) && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 50));
    assert.match(out, expected);
  };
  await until(/ADDED +a +3/);
  await server.request(
    "PATCH",
    `${widgets}/a`,
    { spec: { size: 4 } },
    { "Content-Type": "application/merge-patch+json" },
  );
  await until(/MODIFIED +a +4/);
  await server.request("DELETE", `${widgets}/a`);
  await until(/DELETED +a +4/);
});

void test("kubectl handles namespaces and questions about permission", { skip }, async (context) => {
  const { kubectl, flags, server } = await start(context);
  await succeeds(kubectl("create namespace two"), /created/);
  await succeeds(kubectl("get ns two"), /two +Active/);
  await succeeds(kubectl("describe ns two"), /Status: +Active/);
  await succeeds(kubectl("label ns two a=b"), /labeled/);
  await succeeds(
    kubectl("apply -f -", "apiVersion: v1\nkind: Namespace\nmetadata: {name: three}\n"),
    /created/,
  );
  await succeeds(
    kubectl("apply -f -", "apiVersion: v1\nkind: Namespace\nmetadata: {name: three, labels: {x: one}}\n"),
    /configured/,
  );
  await succeeds(
    kubectl(
      "apply --server-side --force-conflicts -f -",
      "apiVersion: v1\nkind: Namespace\nmetadata: {name: three, labels: {x: two}}\n",
    ),
    /applied/,
  );
  await succeeds(kubectl("delete ns two"), /deleted/);
  await succeeds(kubectl("auth can-i create widgets -n demo"), /yes/);
  await succeeds(kubectl("auth can-i --list -n demo"), /widgets\.sample\.yunhe\.dev/);
  await succeeds(kubectl("auth whoami"), /user:ada/);
  const asEve = [serverFlag(server, "token-of-eve"), ...flags.slice(1)];
  const answer = await run(
    "kubectl",
    [...asEve, "auth", "can-i", "create", "widgets", "-n", "demo"],
    {},
  ).catch(String);
  assert.match(answer, /no/);
});
