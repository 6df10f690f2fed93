// Turns the package's JSON (ten files, one per digit) into two compact files that every training task can read at once.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

const side = 28;
const examples = [];
for (let digit = 0; digit < 10; digit++) {
  const { data } = JSON.parse(readFileSync(`digits/${digit}.json`, "utf8"));
  for (let at = 0; at + side * side <= data.length; at += side * side)
    examples.push({ digit, pixels: halved(data.slice(at, at + side * side)) });
}

/** Means of 2 × 2 pixels: 14 × 14 are enough to read a digit, and four times faster to learn. */
function halved(pixels) {
  const small = new Uint8Array((side / 2) ** 2);
  for (let row = 0; row < side; row += 2)
    for (let column = 0; column < side; column += 2) {
      const at = row * side + column;
      const sum = pixels[at] + pixels[at + 1] + pixels[at + side] + pixels[at + side + 1];
      small[(row / 2) * (side / 2) + column / 2] = Math.round((sum / 4) * 255);
    }
  return small;
}

// Every eighth one tests; which one does not depend on chance, so every run of the tour has the same numbers.
const isTest = (_, index) => index % 8 === 0;
mkdirSync("data", { recursive: true });
write("test", examples.filter(isTest));
write(
  "train",
  examples.filter((example, index) => !isTest(example, index)),
);

/** @param {string} name @param {readonly { digit: number, pixels: Uint8Array }[]} part */
function write(name, part) {
  writeFileSync(`data/${name}.pixels`, Buffer.concat(part.map(({ pixels }) => pixels)));
  writeFileSync(
    `data/${name}.digits`,
    Uint8Array.from(part, ({ digit }) => digit),
  );
  console.log(`${name}: ${part.length} digits`);
}
