import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";

/** Who may import what, and why: the rooms of the house (ARCHITECTURE.md). */
const rooms: readonly { readonly room: string; readonly may: readonly string[]; readonly why: string }[] = [
  { room: "kernel", may: ["zod"], why: "everything stands on the kernel: it may stand on nothing of ours" },
  { room: "logic/scheduler", may: ["zod"], why: "decisions are a library that anyone can use alone" },
  {
    room: "logic/evaluation",
    may: ["zod", "fflate", "hucre", "yaml"],
    why: "decisions are a library that anyone can use alone",
  },
  {
    room: "domains/identity",
    may: ["@yunhe/kernel", "@cedar-policy/cedar-wasm", "zod"],
    why: "a domain never knows another one",
  },
  {
    room: "domains/compute",
    may: ["@yunhe/kernel", "@yunhe/scheduler", "zod"],
    why: "a domain never knows another one",
  },
  {
    room: "domains/evaluation",
    may: ["@yunhe/kernel", "@yunhe/evaluation", "zod"],
    why: "a domain never knows another one",
  },
  {
    room: "drivers/process",
    may: ["@yunhe/kernel", "@yunhe/domain-compute/driver"],
    why: "a driver knows one port and nothing behind it",
  },
  {
    room: "drivers/slurm",
    may: ["@yunhe/kernel", "@yunhe/domain-compute/driver", "zod"],
    why: "a driver knows one port and nothing behind it",
  },
  {
    room: "client",
    may: ["@yunhe/kernel (types)", "@yunhe/kernel/words", "@noble/hashes"],
    why: "programs and browsers load the client: it brings no server along",
  },
];

const root = dirname(import.meta.dirname);
const sources = (room: string): string[] => globSync(`${room}/src/**/*.{ts,tsx}`, { cwd: root });

interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), "utf8");
  const found = [...text.matchAll(/^\s*(?:import|export)\s+(type\s+)?(?:[^"';]*?\sfrom\s+)?"([^"]+)"/gm)];
  const dynamic = [...text.matchAll(/\bimport\("([^"]+)"\)/g)];
  return [
    ...found.map(([, type, specifier]) => ({ specifier: specifier!, typeOnly: type !== undefined })),
    ...dynamic.map(([, specifier]) => ({ specifier: specifier!, typeOnly: false })),
  ].filter(({ specifier }) => !specifier.startsWith("."));
}

describe("the house keeps its rooms apart", () => {
  for (const { room, may, why } of rooms) {
    test(`${room} imports only what it may: ${why}`, () => {
      const wrong = sources(room).flatMap((file) =>
        importsOf(file)
          .filter(({ specifier, typeOnly }) => {
            if (specifier.startsWith("node:")) return false;
            if (typeOnly && may.includes(`${specifier} (types)`)) return false;
            return !may.some(
              (allowed) =>
                specifier === allowed ||
                (specifier.startsWith(`${allowed}/`) && !allowed.startsWith("@yunhe/")),
            );
          })
          .map(({ specifier }) => `${file} imports ${specifier}`),
      );
      assert.deepEqual(wrong, []);
    });
  }

  for (const room of ["logic/scheduler", "logic/evaluation"]) {
    test(`${room} is pure: no file, network, process, clock or randomness except as arguments`, () => {
      const wrong = sources(room).flatMap((file) => {
        const text = readFileSync(join(root, file), "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
        const nodes = importsOf(file)
          .filter(({ specifier }) => specifier.startsWith("node:"))
          .map(({ specifier }) => specifier);
        const calls = [
          ...text.matchAll(
            /\b(?:Date\.now|Math\.random|performance\.now|setTimeout|setInterval|fetch|process\.\w+|new Date\(\))/g,
          ),
        ].map(([call]) => call);
        return [...nodes, ...calls].map((what) => `${file}: ${what}`);
      });
      assert.deepEqual(wrong, []);
    });
  }

  test("the kernel touches the real clock, timers and randomness in one file only", () => {
    const allowed = new Set(["kernel/src/system-environment.ts"]);
    const wrong = sources("kernel").filter((file) => {
      if (allowed.has(file) || /sqlite|conformance/.test(file)) return false;
      const text = readFileSync(join(root, file), "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
      return /\b(?:Date\.now\(|Math\.random\(|performance\.now\(|setTimeout\(|setInterval\(|randomUUID\()/.test(
        text,
      );
    });
    assert.deepEqual(wrong, []);
  });

  test("no source file has outgrown its purpose: 400 lines at most", () => {
    const long = globSync(
      ["{kernel,server,client,cli,web}/src/**/*.{ts,tsx}", "{logic,domains,drivers}/*/src/**/*.{ts,tsx}"],
      { cwd: root },
    )
      .map((file) => [file, readFileSync(join(root, file), "utf8").split("\n").length] as const)
      .filter(([, lines]) => lines > 400);
    assert.deepEqual(long, []);
  });
});
