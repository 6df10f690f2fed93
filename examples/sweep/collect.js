// After all of them: one table, the best of all, and a picture of what mattered.
import { readFileSync, writeFileSync } from "node:fs";
import { grid, hiddenSizes, learningRates, weightDecays } from "./grid.js";

const results = grid.map((_, index) => JSON.parse(readFileSync(`results/${index}.json`, "utf8")));
const columns = ["index", "learningRate", "hidden", "weightDecay", "epochs", "loss", "accuracy", "seconds"];
const csv = [columns, ...results.map((result) => columns.map((name) => result[name]))].map((row) =>
  row.join(","),
);
writeFileSync("results.csv", `${csv.join("\n")}\n`);

const ranked = results.toSorted((a, b) => b.accuracy - a.accuracy);
writeFileSync("best.json", `${JSON.stringify(ranked[0], null, 2)}\n`);
writeFileSync("accuracy.svg", picture());

console.log("rank  learning rate  hidden  weight decay  accuracy");
for (const [rank, { learningRate, hidden, weightDecay, accuracy }] of ranked.slice(0, 5).entries())
  console.log(
    `${String(rank + 1).padStart(4)}  ${String(learningRate).padStart(13)}  ${String(hidden).padStart(6)}  ` +
      `${String(weightDecay).padStart(12)}  ${(100 * accuracy).toFixed(2)} %`,
  );
console.log(`worst of ${results.length}: ${(100 * ranked.at(-1).accuracy).toFixed(2)} %`);

/** A square per network: the darker, the better it reads. */
function picture() {
  const size = 64;
  const [low, high] = [ranked.at(-1).accuracy, ranked[0].accuracy];
  const cells = results.map(({ learningRate, hidden, weightDecay, accuracy }) => {
    const x = 110 + learningRates.indexOf(learningRate) * size;
    const y =
      40 + (weightDecays.indexOf(weightDecay) * hiddenSizes.length + hiddenSizes.indexOf(hidden)) * size;
    const strength = high === low ? 1 : (accuracy - low) / (high - low);
    const light = Math.round(92 - 60 * strength);
    return (
      `<rect x="${x}" y="${y}" width="${size - 3}" height="${size - 3}" rx="6" fill="hsl(205 70% ${light}%)"/>` +
      `<text x="${x + size / 2 - 1}" y="${y + size / 2 + 4}" text-anchor="middle" fill="${light < 60 ? "#fff" : "#123"}">${(100 * accuracy).toFixed(1)}</text>`
    );
  });
  const rows = weightDecays.flatMap((decay) =>
    hiddenSizes.map((hidden) => `${hidden} hidden, decay ${decay}`),
  );
  const labels = [
    ...learningRates.map(
      (rate, i) => `<text x="${110 + i * size + size / 2}" y="30" text-anchor="middle">${rate}</text>`,
    ),
    ...rows.map(
      (text, i) => `<text x="104" y="${40 + i * size + size / 2 + 4}" text-anchor="end">${text}</text>`,
    ),
  ];
  const [width, height] = [120 + learningRates.length * size, 50 + rows.length * size];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-30 0 ${width + 30} ${height}" font-family="sans-serif" font-size="12">` +
    `<text x="-20" y="14">Test accuracy in %, by learning rate</text>${labels.join("")}${cells.join("")}</svg>\n`
  );
}
