// One task of the sweep: trains one network with the parameters of its index and writes down how well it reads.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { grid } from "./grid.js";
import { Network, seeded } from "./network.js";

const index = Number(process.env.YUNHE_INDEX);
const epochs = Number(process.env.EPOCHS ?? 3);
const parameters = grid[index];
const random = seeded(1);
const [train, test] = ["train", "test"].map((name) => ({
  pixels: Float32Array.from(readFileSync(`data/${name}.pixels`), (value) => value / 255),
  digits: readFileSync(`data/${name}.digits`),
}));
const inputs = train.pixels.length / train.digits.length;
const imageOf = ({ pixels }, at) => pixels.subarray(at * inputs, (at + 1) * inputs);
const network = new Network({ inputs, hidden: parameters.hidden, outputs: 10, random });
const order = Uint32Array.from(train.digits, (_, at) => at);
const began = performance.now();
let loss = 0;
let accuracy = 0;
console.log(`task ${index}: ${JSON.stringify(parameters)}`);
for (let epoch = 1; epoch <= epochs; epoch++) {
  shuffle(order);
  loss = 0;
  for (const at of order)
    loss += network.learn(imageOf(train, at), train.digits[at], { ...parameters, momentum: 0.9 });
  loss /= order.length;
  accuracy = accuracyOn(test);
  console.log(
    `epoch ${epoch}/${epochs}: loss ${loss.toFixed(4)}, test accuracy ${(100 * accuracy).toFixed(2)} %`,
  );
}
const metrics = { index, ...parameters, epochs, loss, accuracy, seconds: (performance.now() - began) / 1000 };
mkdirSync("results", { recursive: true });
writeFileSync(`results/${index}.json`, JSON.stringify(metrics));

function accuracyOn({ digits, ...set }) {
  const right = digits.filter((digit, at) => {
    const probabilities = network.forward(imageOf(set, at));
    return probabilities.indexOf(Math.max(...probabilities)) === digit;
  });
  return right.length / digits.length;
}

function shuffle(list) {
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [list[i], list[j]] = [list[j], list[i]];
  }
}
