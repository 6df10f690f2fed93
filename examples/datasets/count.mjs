// One text per member of the array.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";

const file = readdirSync("texts")
  .filter((name) => name.endsWith(".txt"))
  .toSorted()[Number(process.env.YUNHE_INDEX)];
const words =
  readFileSync(`texts/${file}`, "utf8")
    .toLowerCase()
    .match(/\p{L}+/gu) ?? [];
const counts = Object.fromEntries(
  [...Map.groupBy(words, (word) => word)].map(([word, all]) => [word, all.length]),
);
mkdirSync("counts");
writeFileSync(`counts/${file}.json`, JSON.stringify(counts));
console.log(file, counts);
