/**
 * Makes the pictures of `docs/images` from a real server with real tasks: `node web/tests/screenshots.ts`.
 * Not a test: run it when the pages have changed, and look at what it made.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Console, startConsole } from "./console.ts";

const folder = join(import.meta.dirname, "../../docs/images");
const small = { cpus: "50m", memory: "64Mi" };
const shell = (script: string): readonly string[] => ["sh", "-c", script];

async function fill(console: Console): Promise<void> {
  const epochs = shell(
    'i=0; while true; do i=$((i+1)); echo "epoch $i  loss 0.$((900 - i % 800))  accuracy 0.$((500 + i % 400))"; sleep 0.3; done',
  );
  await console.submit("train-resnet", {
    command: epochs,
    resources: { ...small, accelerators: { count: 1 } },
  });
  await console.submit("finetune-lora", {
    command: epochs,
    resources: { ...small, accelerators: { count: 1, shareMilli: 500, memory: "40Gi" } },
  });
  await console.submit("needs-two-gpus", {
    command: ["python3", "train.py"],
    resources: { ...small, accelerators: { count: 2 } },
  });
  await console.submit("missing-data", {
    command: shell("echo reading data.csv; echo 'data.csv: not found' >&2; exit 3"),
    resources: small,
    retries: { limit: 2, backoff: "1s" },
  });
  await console.submit("too-little-memory", {
    command: ["python3", "-c", "x = []\nwhile True: x.append(bytearray(10**7))"],
    resources: small,
  });
  await console.submit("sweep", {
    command: shell("sleep 1; test $YUNHE_INDEX -ne 7"),
    array: { count: 24, parallelism: 4 },
    resources: { cpus: "20m", memory: "16Mi" },
  });
  await console.submit("report", {
    command: shell("seq 1 2000 > numbers.txt; echo '{\"accuracy\": 0.93}' > metrics.json; echo done"),
    outputs: ["*.txt", "metrics.json"],
    resources: small,
  });
  await console.submit("deploy", {
    command: ["echo", "deployed"],
    after: ["train-resnet"],
    resources: small,
  });
}

interface Shot {
  readonly name: string;
  readonly path: string;
  readonly zh?: boolean;
  readonly dark?: boolean;
  readonly narrow?: boolean;
}

const shots: readonly Shot[] = [
  { name: "fleet", path: "/" },
  { name: "fleet-dark-zh", path: "/", zh: true, dark: true },
  { name: "tasks", path: "/tasks" },
  { name: "tasks-dark-zh", path: "/tasks", zh: true, dark: true },
  { name: "tasks-narrow", path: "/tasks", narrow: true },
  { name: "task", path: "/tasks/default/train-resnet" },
  { name: "task-waiting-zh", path: "/tasks/default/needs-two-gpus", zh: true },
  { name: "task-narrow-dark-zh", path: "/tasks/default/missing-data", zh: true, dark: true, narrow: true },
  { name: "task-usage-dark", path: "/tasks/default/train-resnet?tab=usage", dark: true },
  { name: "submit", path: "/submit" },
  { name: "kind-form-zh", path: "/kinds/queues.compute.yunhe.dev/new", zh: true },
  { name: "audit", path: "/audit" },
];

const console = await startConsole();
try {
  await mkdir(folder, { recursive: true });
  await fill(console);
  await new Promise((resolve) => setTimeout(resolve, 75_000));
  for (const { name, path, zh = false, dark = false, narrow = false } of shots) {
    const { page } = await console.openSignedIn(path, {
      viewport: narrow ? { width: 360, height: 760 } : { width: 1440, height: 900 },
      locale: zh ? "zh-CN" : "en-GB",
      colorScheme: dark ? "dark" : "light",
    });
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.waitForTimeout(1500);
    await page.screenshot({ path: join(folder, `console-${name}.png`) });
    await page.context().close();
  }
} finally {
  await console.close();
}
