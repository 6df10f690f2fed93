import type { TaskRequest } from "../model/task.ts";
import type { NodeScore, Policy } from "../policies/policy.ts";
import { preferenceTerms } from "../policies/preferences.ts";
import { type RandomSource, seededRandom } from "./random.ts";
import { ShapeIndex } from "./shape-index.ts";
import { compileShape } from "./compile-shape.ts";
import type { Requirements, Shape } from "./shape.ts";
import type { FleetState } from "./state.ts";

type Bind = (shape: Shape) => NodeScore;

interface BoundPolicy {
  readonly policy: Policy;
  readonly binds: readonly Bind[];
  readonly random: RandomSource;
  readonly indices: Map<number, ShapeIndex>;
}

/** A compiled shape is far smaller than a ranking, so more of them are kept. */
const SHAPES_PER_RANKING = 16;

/** Compiles tasks to shapes and keeps the rankings that were used last. */
export class IndexCache {
  readonly #state: FleetState;
  readonly #limit: number;
  #nextShape = 0;
  #shapeOfTask = new WeakMap<TaskRequest, Shape>();
  readonly #shapes = new Map<string, Shape>();
  readonly #bound = new Map<Policy, BoundPolicy>();
  #kept = 0;
  #epoch: number;

  constructor(state: FleetState, limit: number) {
    this.#state = state;
    this.#limit = limit;
    this.#epoch = state.epoch;
  }

  randomOf(policy: Policy): RandomSource {
    return this.#boundPolicy(policy).random;
  }

  indexFor(task: TaskRequest, policy: Policy): ShapeIndex {
    this.#forgetOldEpoch();
    const shape = this.#shapeFor(task);
    const bound = this.#boundPolicy(policy);
    const known = bound.indices.get(shape.id);
    if (known) {
      bound.indices.delete(shape.id);
      bound.indices.set(shape.id, known);
      return known;
    }
    return this.#newIndex(bound, shape);
  }

  #newIndex(bound: BoundPolicy, shape: Shape): ShapeIndex {
    const { policy, binds, indices } = bound;
    const own = policy.terms.map((term, i) => ({ ...term, score: binds[i]!(shape) }));
    const unit = Math.max(1, ...own.map(({ weight }) => weight));
    const wishes = preferenceTerms(shape.task).map((term) => ({
      ...term,
      weight: term.weight * unit,
      score: term.scorer.bind(this.#state)(shape),
    }));
    const terms = [...own, ...wishes];
    const index = new ShapeIndex(this.#state, shape, policy.devices, terms);
    indices.set(shape.id, index);
    this.#kept += 1;
    if (this.#kept > this.#limit && indices.size > 1) {
      indices.delete(indices.keys().next().value!);
      this.#kept -= 1;
    }
    return index;
  }

  #shapeFor(task: TaskRequest): Shape {
    const seen = this.#shapeOfTask.get(task);
    if (seen) return seen;
    const key = shapeKey(task);
    const shape = this.#shapes.get(key) ?? this.#newShape(key, task);
    this.#shapeOfTask.set(task, shape);
    return shape;
  }

  #newShape(key: string, task: TaskRequest): Shape {
    const shape = compileShape(this.#state, task, this.#nextShape);
    this.#nextShape += 1;
    this.#shapes.set(key, shape);
    if (this.#shapes.size > SHAPES_PER_RANKING * this.#limit)
      this.#shapes.delete(this.#shapes.keys().next().value!);
    return shape;
  }

  #boundPolicy(policy: Policy): BoundPolicy {
    const known = this.#bound.get(policy);
    if (known) return known;
    const binds = policy.terms.map(({ scorer }) => scorer.bind(this.#state));
    const bound = {
      policy,
      binds,
      random: seededRandom(policy.seed ?? 0),
      indices: new Map<number, ShapeIndex>(),
    };
    this.#bound.set(policy, bound);
    return bound;
  }

  #forgetOldEpoch(): void {
    if (this.#epoch === this.#state.epoch) return;
    this.#epoch = this.#state.epoch;
    this.#bound.clear();
    this.#shapes.clear();
    this.#shapeOfTask = new WeakMap();
    this.#kept = 0;
  }
}

const shapeKey = (task: Requirements): string =>
  JSON.stringify([
    task.cpuMilli,
    task.memoryBytes,
    task.capacity,
    task.devices,
    task.constraints,
    task.preferences,
    task.affinity,
  ]);
