// A straight line through the points: ordinary least squares.
import { readFileSync, writeFileSync } from "node:fs";

const points = readFileSync("shared/fit.csv", "utf8")
  .trim()
  .split("\n")
  .slice(1)
  .map((row) => row.split(",").map(Number));
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const [x, y] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
const slope = mean(points.map(([a, b]) => (a - x) * (b - y))) / mean(points.map(([a]) => (a - x) ** 2));
writeFileSync("shared/line.json", JSON.stringify({ slope, intercept: y - slope * x }));
console.log(`y = ${slope.toFixed(3)} x + ${(y - slope * x).toFixed(3)}`);
