import type { Affinity } from "../model/task.ts";

/** How many tasks of one affinity group are in each domain (node, rack, zone or pool). */
export class Group {
  readonly over: Affinity["over"];
  readonly domainOf: (node: number) => number;
  readonly #counts = new Map<number, number>();
  #total = 0;
  /** Changes whenever the group becomes empty or stops being empty: then its rule changes for every node. */
  flips = 0;

  constructor(over: Affinity["over"], domainOf: (node: number) => number) {
    this.over = over;
    this.domainOf = domainOf;
  }

  get total(): number {
    return this.#total;
  }

  countNear(node: number): number {
    return this.#counts.get(this.domainOf(node)) ?? 0;
  }

  add(domain: number, change: number): void {
    const before = this.#total;
    const count = (this.#counts.get(domain) ?? 0) + change;
    if (count === 0) this.#counts.delete(domain);
    else this.#counts.set(domain, count);
    this.#total += change;
    if ((before === 0) !== (this.#total === 0)) this.flips += 1;
  }
}
