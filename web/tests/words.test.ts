import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { fill, type Words } from "../src/words/words.ts";

const folder = join(import.meta.dirname, "../src/words");
const files = readdirSync(folder).filter((name) => name.endsWith(".ts") && name !== "words.ts");

async function everyWord(): Promise<readonly (readonly [name: string, words: Words])[]> {
  const modules = await Promise.all(
    files.map((file) => import(join(folder, file)) as Promise<Record<string, object>>),
  );
  return modules.flatMap((module) =>
    Object.entries(module).flatMap(([group, words]) =>
      Object.entries(words as Record<string, Words>).map(
        ([name, text]) => [`${group}.${name}`, text] as const,
      ),
    ),
  );
}

const slots = (text: string): readonly string[] =>
  [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!).sort();

/** Short names that are the same in both languages: CPU, uid. */
const isInternational = ({ en, zh }: Words): boolean => en === zh && en.length <= 5;

test("every word of the console is there in English and in Chinese, with the same values in it", async () => {
  const all = await everyWord();
  assert.ok(all.length > 300, `${all.length} words are fewer than the console has`);
  for (const [name, words] of all) {
    const { en, zh } = words;
    assert.notEqual(en.trim(), "", `${name} has no English`);
    assert.notEqual(zh.trim(), "", `${name} has no Chinese`);
    assert.deepEqual(slots(zh), slots(en), `${name}: the languages put different values in`);
    assert.doesNotMatch(en, /\p{Script=Han}/u, `${name}: Chinese in the English`);
    const isWordless = !/\p{L}/u.test(zh.replaceAll(/\{\w+\}/g, ""));
    assert.ok(
      isWordless || isInternational(words) || /\p{Script=Han}/u.test(zh),
      `${name}: "${zh}" is no Chinese`,
    );
  }
});

test("no page writes a word of its own: texts stand in words/ alone", () => {
  const sources = readdirSync(join(folder, ".."), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".tsx") && !path.startsWith("words"))
    .map((path) => [path, readFileSync(join(folder, "..", path), "utf8")] as const);
  assert.ok(sources.length > 40);
  const allowed = new Set(["shell/Preferences.tsx", "shell/Shell.tsx"]);
  for (const [path, source] of sources) {
    assert.ok(allowed.has(path) || !/\p{Script=Han}/u.test(source), `${path} has Chinese of its own`);
    const texts = [...source.matchAll(/(?:aria-label|title|label|placeholder)="([A-Z][a-z]+[^"]*)"/g)];
    assert.deepEqual(
      texts.map(([whole]) => whole),
      [],
      `${path} has English of its own`,
    );
    const between = [...source.matchAll(/>\s*([A-Z][a-z]+(?: [a-z]+)+)\s*</g)].map(([, text]) => text);
    assert.deepEqual(between, [], `${path} has English of its own`);
  }
});

test("values are put in by name, and a missing one is seen", () => {
  const words: Words = { en: "{held} of {total}", zh: "{total} 中的 {held}" };
  assert.equal(fill(words, "en", { held: 1, total: 4 }), "1 of 4");
  assert.equal(fill(words, "zh", { held: 1, total: 4 }), "4 中的 1");
  assert.equal(fill(words, "en", { held: 1 }), "1 of {total}");
});
