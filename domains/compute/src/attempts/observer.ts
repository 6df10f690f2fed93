import type { AttemptId, AttemptRef, Driver, Observation } from "../driver/port.ts";

interface Question {
  readonly ref: AttemptRef;
  readonly answer: (observation: Observation) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Gathers the questions that come together into one `observe` call of the driver, so that ten thousand attempts cost
 * one look at the engine's queue. One call at a time: what is asked meanwhile goes into the next one.
 */
export class Observer {
  readonly #driver: Driver;
  #waiting: Question[] = [];
  #asking = false;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  observe(ref: AttemptRef): Promise<Observation> {
    return new Promise((answer, fail) => {
      this.#waiting.push({ ref, answer, fail });
      if (this.#asking) return;
      this.#asking = true;
      queueMicrotask(() => void this.#askAll());
    });
  }

  async #askAll(): Promise<void> {
    while (this.#waiting.length > 0) await this.#ask(this.#waiting.splice(0));
    this.#asking = false;
  }

  async #ask(asked: readonly Question[]): Promise<void> {
    try {
      const refs = asked.map(({ ref }) => ref);
      const observations = await this.#driver.observe(refs, new AbortController().signal);
      const byAttempt = new Map<AttemptId, Observation>(observations.map((each) => [each.attempt, each]));
      for (const { ref, answer } of asked) answer(byAttempt.get(ref.id) ?? unanswered(ref.id));
    } catch (error) {
      for (const { fail } of asked) fail(error);
    }
  }
}

const unanswered = (attempt: AttemptId): Observation => ({
  attempt,
  state: "unknown",
  reason: { en: "The engine gave no answer for this attempt.", zh: "引擎未就此次尝试作答。" },
});
