import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { hashSecret, newSecret, parseSecret } from "../src/secret.ts";

const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });

test("a new secret reads back as what it is", () => {
  fc.assert(
    fc.property(bytes, fc.constantFrom("api" as const, "session" as const), (random, type) => {
      const secret = newSecret(type, () => random);
      assert.match(secret, type === "api" ? /^yh_[0-9A-Za-z]{49}$/ : /^yhs_[0-9A-Za-z]{49}$/);
      assert.deepEqual(parseSecret(secret), { secret, type });
    }),
  );
});

test("different random bytes make different secrets", () => {
  fc.assert(
    fc.property(bytes, bytes, (left, right) => {
      fc.pre(Buffer.compare(left, right) !== 0);
      assert.notEqual(
        newSecret("api", () => left),
        newSecret("api", () => right),
      );
    }),
  );
});

test("one wrong character is noticed without asking anything", () => {
  fc.assert(
    fc.property(
      bytes,
      fc.integer({ min: 3, max: 51 }),
      fc.constantFrom("0", "9", "a", "z", "A", "Z"),
      (random, at, character) => {
        const secret: string = newSecret("api", () => random);
        fc.pre(secret[at] !== character);
        assert.equal(parseSecret(secret.slice(0, at) + character + secret.slice(at + 1)), undefined);
      },
    ),
  );
});

test("what is no secret is not taken for one", () => {
  const secret: string = newSecret("api");
  for (const text of [
    "",
    "yh_",
    "admin",
    secret.slice(0, -1),
    `${secret}a`,
    ` ${secret}`,
    secret.replace("yh_", "yhs_"),
  ])
    assert.equal(parseSecret(text), undefined, text);
});

test("the hash is SHA-256 of the whole text", () => {
  const { secret } = parseSecret(newSecret("api", () => new Uint8Array(32)))!;
  assert.match(hashSecret(secret), /^[0-9a-f]{64}$/);
  assert.notEqual(hashSecret(secret), hashSecret(newSecret("api")));
});
