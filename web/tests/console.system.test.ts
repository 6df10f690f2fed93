import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Locator, Page } from "playwright-core";
import { type Console, overflow, skipReason, startConsole } from "./console.ts";

const small = { cpus: "50m", memory: "64Mi" };

/** What stands beside the page's title. */
const stateBeside = (page: Page): Locator => page.locator("main > div > header");

describe("the console in Chromium", { skip: skipReason ?? false }, () => {
  let console: Console;
  before(async () => {
    console = await startConsole();
    const forever = ["sh", "-c", 'i=0; while true; do i=$((i+1)); echo "epoch $i"; sleep 0.2; done'];
    await console.submit("train", {
      command: forever,
      resources: { ...small, accelerators: { count: 1, shareMilli: 500, memory: "10Gi" } },
    });
    await console.submit("broken", { command: ["sh", "-c", "echo no data >&2; exit 3"], resources: small });
    await console.submit("patient", {
      command: ["train"],
      resources: { ...small, accelerators: { count: 2 } },
    });
    await console.submit("sweep", { command: ["true"], array: { count: 4 }, resources: small });
    await console.submit("report", {
      command: ["sh", "-c", "echo '{\"accuracy\":0.93}' > metrics.json"],
      outputs: ["metrics.json"],
      resources: small,
    });
  });
  after(() => console.close());

  test("the one-time link signs in once, and only once", async () => {
    const { page, errors } = await console.open();
    await page.goto(console.signInLink);
    await page.getByRole("heading", { name: "Fleet", level: 1 }).waitFor();
    assert.ok(!page.url().includes("code="), "the code does not stay in the address");
    const again = await console.open();
    await again.page.goto(console.signInLink);
    await again.page
      .getByRole("alert")
      .getByText(/used or has expired/)
      .waitFor();
    assert.deepEqual(errors, []);
  });

  test("who is not signed in is asked to, then taken where they wanted; a wrong token is told so", async () => {
    const { page, errors } = await console.open();
    await page.goto("/tasks?phase=Running");
    await page.getByLabel("API token").fill("yh_wrong");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").waitFor();
    await page.getByLabel("API token").fill(console.token);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: "Tasks", level: 1 }).waitFor();
    assert.equal(new URL(page.url()).searchParams.get("phase"), "Running");
    assert.deepEqual(errors, []);
  });

  test("the list of tasks is live, and its filters stand in the address", async () => {
    const { page, errors } = await console.openSignedIn("/tasks");
    await page.getByRole("link", { name: "train", exact: true }).waitFor();
    await console.submit("latecomer", { command: ["sleep", "60"], resources: small });
    await page.getByRole("link", { name: "latecomer" }).waitFor();
    await page
      .getByRole("row", { name: /latecomer/ })
      .getByText("Running")
      .waitFor();
    await page.getByPlaceholder("Name or command").fill("broken");
    await page.getByRole("link", { name: "train", exact: true }).waitFor({ state: "detached" });
    assert.equal(new URL(page.url()).searchParams.get("text"), "broken");
    await page.reload();
    await page
      .getByRole("row", { name: /broken/ })
      .getByText("Exited with an error (3)")
      .waitFor();
    assert.deepEqual(errors, []);
  });

  test("a running task shows its log as it grows, and can be cancelled after a question", async () => {
    const { page, errors } = await console.openSignedIn("/tasks/default/latecomer");
    await page.goto("/tasks/default/train");
    await page.getByRole("log").getByText("epoch 3", { exact: true }).waitFor();
    await page.getByPlaceholder("Search the log").fill("epoch 2");
    await page.getByText(/\d+ lines match/).waitFor();
    await page.goto("/tasks/default/latecomer");
    await page.getByRole("button", { name: "Cancel task" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel task" }).click();
    await stateBeside(page).getByText("Cancelled", { exact: true }).waitFor();
    assert.deepEqual(errors, []);
  });

  test("a waiting task says why, an output can be downloaded, members of an array are grouped", async () => {
    const { page, errors } = await console.openSignedIn("/tasks/default/patient");
    await page.getByRole("heading", { name: "Why it waits" }).waitFor();
    await page.getByText(/could take it: 0/).waitFor();
    await page.goto("/tasks/default/report");
    await page.getByText("fewest devices left without cores").first().waitFor();
    await page.getByRole("button", { name: "中文" }).click();
    await page.getByText("因缺少 CPU 而闲置的设备最少").first().waitFor();
    assert.equal(await page.getByText("cpu-balance").count(), 0);
    await page.getByRole("button", { name: "EN", exact: true }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Download metrics.json" }).click(),
    ]);
    assert.equal(download.suggestedFilename(), "metrics.json");
    const content = await download.createReadStream();
    assert.match((await content.toArray()).join(""), /0\.93/);
    await page.goto("/tasks");
    await page.getByRole("link", { name: "sweep", exact: true }).waitFor();
    assert.equal(await page.getByRole("link", { name: "sweep-1" }).count(), 0);
    await page.getByRole("button", { name: "Show members of sweep" }).click();
    await page.getByRole("link", { name: /^1\b/ }).waitFor();
    assert.deepEqual(errors, []);
  });

  test("the form shows what is wrong at the field and in the manifest, then submits with an uploaded file", async () => {
    const { page, errors } = await console.openSignedIn("/submit");
    await page.getByLabel("Command *").fill("cat hello.txt");
    await page.getByLabel("CPU cores").fill("lots");
    await page.getByText('Write cores as 2, 0.5 or "500m".').first().waitFor();
    await page.getByText("1 to correct").waitFor();
    await page.getByLabel("CPU cores").fill("0.1");
    await page.getByText("The server would accept this.").waitFor();
    await page.locator("input[type=file]").setInputFiles({
      name: "hello.txt",
      mimeType: "text/plain",
      buffer: Buffer.from("hello from the browser\n"),
    });
    await page
      .getByLabel("Manifest (YAML)")
      .filter({ hasText: /sha256/ })
      .waitFor();
    await page.getByRole("button", { name: "Submit", exact: true }).click();
    await page.getByRole("log").getByText("hello from the browser").waitFor();
    await stateBeside(page).getByText("Succeeded", { exact: true }).waitFor();
    assert.deepEqual(errors, []);
  });

  test("the placement part of the form writes rules and wishes, and takes them out again", async () => {
    const { page, errors } = await console.openSignedIn("/submit");
    await page.getByText("Placement", { exact: true }).click();
    const manifest = page.getByRole("textbox", { name: "Manifest (YAML)" });
    await page.getByLabel("Jurisdictions").fill("CN, EU");
    await page.getByLabel("Near to (pool or place)").fill("shanghai");
    await page.getByLabel("within (ms)").fill("20");
    await page.getByLabel("Low carbon").fill("2");
    await page.getByLabel("Capacity").selectOption("spot");
    await page.getByLabel("It may be ended and tried again for others").uncheck();
    const written = await manifest.inputValue();
    for (const line of [
      "- CN",
      "- EU",
      "to: shanghai",
      "ms: 20",
      "lowCarbon: 2",
      "capacity: spot",
      "preemptible: false",
    ])
      assert.ok(written.includes(line), `${line} is not in ${written}`);
    await page.getByLabel("Near to (pool or place)").fill("");
    await page.getByLabel("It may be ended and tried again for others").check();
    const after = await manifest.inputValue();
    assert.doesNotMatch(after, /maxLatencyMs|preemptible/);
    assert.deepEqual(errors, []);
  });

  test("a queue shows what it holds of its quota; a task whether its share is enforced", async () => {
    const { page, errors } = await console.openSignedIn("/kinds/queues.compute.yunhe.dev/-/default");
    const meter = page.getByRole("heading", { name: "What it holds" });
    await meter.waitFor();
    await page
      .getByText(/^0\.5, no bound$/)
      .first()
      .waitFor();
    await page.goto("/tasks/default/train");
    await page.getByText("counted, not enforced").waitFor();
    assert.deepEqual(errors, []);
  });

  test("any kind can be created from its form, edited as YAML with the server's objections, and deleted", async () => {
    const { page, errors } = await console.openSignedIn("/kinds/queues.compute.yunhe.dev");
    await page.getByRole("link", { name: "Create Queue" }).first().click();
    await page.getByLabel("Name *").fill("research");
    await page.getByLabel("weight").fill("3");
    await page.getByRole("button", { name: "Create", exact: true }).click();
    await page.getByRole("heading", { name: "research", level: 1 }).waitFor();
    await page.getByRole("tab", { name: "Manifest" }).click();
    await page.getByRole("button", { name: "Edit" }).click();
    const editor = page.getByRole("textbox", { name: "Manifest (YAML)" });
    const text = await editor.inputValue();
    await editor.fill(text.replace("weight: 3", "weight: heavy"));
    await page
      .getByRole("alert")
      .getByText(/spec\.weight/)
      .waitFor();
    await editor.fill(text.replace("weight: 3", "weight: 5"));
    await page.getByText("The server would accept this.").waitFor();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved research").waitFor();
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await page.getByRole("heading", { name: "Queue", level: 1 }).waitFor();
    await page.getByRole("link", { name: "research" }).waitFor({ state: "detached" });
    assert.deepEqual(errors, []);
  });

  test("a token is shown once, works, and stops when it is revoked", async () => {
    const { page, errors } = await console.openSignedIn("/tokens");
    await page.getByRole("button", { name: "Issue a token" }).click();
    await page.getByLabel("What it is for").fill("a laptop");
    await page.getByRole("dialog").getByRole("button", { name: "Issue a token" }).click();
    const secret = (await page.getByLabel("The new token", { exact: true }).textContent()) ?? "";
    const ask = () =>
      fetch(`${console.address}/yunhe/kinds`, { headers: { authorization: `Bearer ${secret}` } });
    assert.equal((await ask()).status, 200);
    await page.getByRole("dialog").getByRole("button", { name: "Close" }).last().click();
    await page
      .getByRole("row", { name: /a laptop/ })
      .getByRole("button", { name: /Revoke/ })
      .click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await page.getByRole("row", { name: /a laptop/ }).waitFor({ state: "detached" });
    assert.equal((await ask()).status, 401);
    assert.ok(!(await page.content()).includes(secret));
    assert.deepEqual(errors, []);
  });

  test("the audit log is verified in the browser, hash by hash", async () => {
    const { page, errors } = await console.openSignedIn("/audit");
    await page
      .getByRole("row", { name: /create tasks/ })
      .first()
      .waitFor();
    await page.getByRole("button", { name: "Verify the whole chain" }).click();
    await page.getByText(/The chain is whole: [\d,]+ entries/).waitFor();
    assert.deepEqual(errors, []);
  });

  test("an operator checks the store from the audit page, and sees the last result after coming back", async () => {
    const { page, errors } = await console.openSignedIn("/audit");
    await page.getByText("Never checked on this server.").waitFor();
    await page.getByRole("button", { name: "Check the store now" }).click();
    await page.getByText(/Everything holds: [\d,]+ objects and [\d,]+ audit entries/).waitFor();
    await page.reload();
    const promise = page
      .getByRole("listitem")
      .filter({ hasText: "No core, byte or device is granted twice" });
    await promise.getByText("holds").waitFor();
    await page.getByText(/Checked .+ by user:admin/).waitFor();
    await page.getByRole("button", { name: "中文" }).click();
    await page.getByText("CPU、内存和设备从不重复授予").waitFor();
    assert.deepEqual(errors, []);
  });

  test("language and colours change in place and stay", async () => {
    const { page, errors } = await console.openSignedIn("/tasks");
    await page.getByRole("button", { name: "中文" }).click();
    await page.getByRole("heading", { name: "任务", level: 1 }).waitFor();
    assert.equal(await page.locator("html").getAttribute("lang"), "zh-CN");
    await page.getByRole("button", { name: "配色" }).click();
    await page.getByRole("menuitem", { name: "深色" }).click();
    await page.reload();
    await page.getByRole("heading", { name: "任务", level: 1 }).waitFor();
    assert.equal(await page.locator("html").getAttribute("data-mantine-color-scheme"), "dark");
    assert.deepEqual(errors, []);
  });

  test("the keyboard is enough: skip link, search by Ctrl-K, arrows and Enter", async () => {
    const { page, errors } = await console.openSignedIn("/");
    await page.getByRole("heading", { name: "Fleet", level: 1 }).waitFor();
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Skip to content");
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Go to…" }).fill("audit");
    await page.getByRole("option", { name: /Audit log/ }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Audit log", level: 1 }).waitFor();
    assert.deepEqual(errors, []);
  });

  test("nothing hangs over the edge of a phone's screen, and every page asks this server alone", async () => {
    const { page, errors } = await console.openSignedIn("/", { viewport: { width: 360, height: 760 } });
    const elsewhere: string[] = [];
    page.on("request", (request) => {
      if (new URL(request.url()).origin !== console.address && !request.url().startsWith("data:"))
        elsewhere.push(request.url());
    });
    const paths = [
      "/",
      "/tasks",
      "/tasks/default/train",
      "/tasks/default/train?tab=usage",
      "/submit",
      "/kinds",
      "/members",
      "/tokens",
      "/audit",
    ];
    const objects = [
      "/kinds/nodes.compute.yunhe.dev",
      "/kinds/pools.compute.yunhe.dev/-/local",
      "/kinds/queues.compute.yunhe.dev/new",
      "/kinds/queues.compute.yunhe.dev/-/default",
    ];
    for (const path of [...paths, ...objects]) {
      await page.goto(path);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.waitForLoadState("load");
      assert.ok((await overflow(page)) <= 0, `${path} is wider than the screen`);
    }
    assert.deepEqual(elsewhere, []);
    assert.deepEqual(errors, []);
  });
});
