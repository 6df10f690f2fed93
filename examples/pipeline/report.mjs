import { readFileSync, writeFileSync } from "node:fs";

const read = (name) => JSON.parse(readFileSync(`shared/${name}.json`, "utf8"));
const report = { line: read("line"), checked: read("checked") };
writeFileSync("report.json", `${JSON.stringify(report, null, 2)}\n`);
console.log(JSON.stringify(report));
