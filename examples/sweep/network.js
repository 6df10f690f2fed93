/** A network with one hidden layer (ReLU), a softmax on top, learning by gradient descent with momentum. */
export class Network {
  /** `random` gives numbers in [0, 1); weights begin as He et al. (2015) propose. */
  constructor({ inputs, hidden, outputs, random }) {
    const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const layer = (from, to) => ({
      from,
      to,
      weights: Float32Array.from({ length: from * to }, () => normal() * Math.sqrt(2 / from)),
      biases: new Float32Array(to),
      speed: new Float32Array(from * to),
      biasSpeed: new Float32Array(to),
      values: new Float32Array(to),
      errors: new Float32Array(to),
    });
    this.layers = [layer(inputs, hidden), layer(hidden, outputs)];
  }

  /** Probabilities of the classes. */
  forward(input) {
    const [hidden, top] = this.layers;
    multiply(hidden, input);
    for (let i = 0; i < hidden.to; i++) if (hidden.values[i] < 0) hidden.values[i] = 0;
    multiply(top, hidden.values);
    return softmax(top.values);
  }

  /** One step towards giving `label` for `input`; returns the loss (cross entropy, nats) before it. */
  learn(input, label, { learningRate, momentum, weightDecay }) {
    const [hidden, top] = this.layers;
    const probabilities = this.forward(input);
    const loss = -Math.log(Math.max(probabilities[label], 1e-12));
    for (let i = 0; i < top.to; i++) top.errors[i] = probabilities[i] - (i === label ? 1 : 0);
    for (let j = 0; j < hidden.to; j++) {
      let error = 0;
      if (hidden.values[j] > 0)
        for (let i = 0; i < top.to; i++) error += top.errors[i] * top.weights[i * top.from + j];
      hidden.errors[j] = error;
    }
    step(top, hidden.values, learningRate, momentum, weightDecay);
    step(hidden, input, learningRate, momentum, weightDecay);
    return loss;
  }
}

function multiply(layer, input) {
  const { from, to, weights, biases, values } = layer;
  for (let i = 0; i < to; i++) {
    let sum = biases[i];
    for (let j = 0, at = i * from; j < from; j++, at++) sum += weights[at] * input[j];
    values[i] = sum;
  }
}

function softmax(values) {
  const highest = Math.max(...values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] = Math.exp(values[i] - highest);
  for (let i = 0; i < values.length; i++) values[i] /= sum;
  return values;
}

function step(layer, input, learningRate, momentum, weightDecay) {
  const { from, to, weights, biases, speed, biasSpeed, errors } = layer;
  for (let i = 0; i < to; i++) {
    const error = errors[i];
    for (let j = 0, at = i * from; j < from; j++, at++) {
      speed[at] = momentum * speed[at] - learningRate * (error * input[j] + weightDecay * weights[at]);
      weights[at] += speed[at];
    }
    biasSpeed[i] = momentum * biasSpeed[i] - learningRate * error;
    biases[i] += biasSpeed[i];
  }
}

/** A small generator with a seed (mulberry32): the same sweep gives the same numbers everywhere. */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
