import type { AttemptId, AttemptRef, Driver, Observation } from "../driver/port.ts";

/**
 * Gathers the questions that come together into one `observe` call of the driver, so that ten thousand attempts cost
 * one look at the engine's queue.
 */
export class Observer {
  readonly #driver: Driver;
  #waiting: {
    ref: AttemptRef;
    answer: (observation: Observation) => void;
    fail: (error: unknown) => void;
  }[] = [];
  #scheduled = false;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  observe(ref: AttemptRef): Promise<Observation> {
    return new Promise((answer, fail) => {
      this.#waiting.push({ ref, answer, fail });
      if (this.#scheduled) return;
      this.#scheduled = true;
      queueMicrotask(() => void this.#ask());
    });
  }

  async #ask(): Promise<void> {
    const asked = this.#waiting;
    this.#waiting = [];
    this.#scheduled = false;
    try {
      const observations = await this.#driver.observe(
        asked.map((question) => question.ref),
        new AbortController().signal,
      );
      const byAttempt = new Map<AttemptId, Observation>(observations.map((each) => [each.attempt, each]));
      for (const { ref, answer } of asked) {
        answer(byAttempt.get(ref.id) ?? unanswered(ref.id));
      }
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
