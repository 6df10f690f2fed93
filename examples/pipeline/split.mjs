import { readFileSync, writeFileSync } from "node:fs";

const [head, ...rows] = readFileSync("measurements.csv", "utf8").trim().split("\n");
for (const [name, part] of [
  ["fit", rows.filter((_, i) => i % 4 !== 0)],
  ["check", rows.filter((_, i) => i % 4 === 0)],
])
  writeFileSync(`shared/${name}.csv`, `${[head, ...part].join("\n")}\n`);
console.log(`${rows.length} rows split`);
