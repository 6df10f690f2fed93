import { readFileSync, writeFileSync } from "node:fs";

if (process.env.YUNHE_ATTEMPT_NUMBER === "1") {
  console.error("The first attempt fails, to show what a retry does.");
  process.exit(1);
}
const rows = readFileSync("shared/check.csv", "utf8").trim().split("\n").slice(1);
const bad = rows.filter((row) => !/^-?\d+(\.\d+)?,-?\d+(\.\d+)?$/.test(row));
writeFileSync("shared/checked.json", JSON.stringify({ rows: rows.length, bad: bad.length }));
console.log(`${bad.length} of ${rows.length} rows are bad`);
