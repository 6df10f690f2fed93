const realTurn = setImmediate;
/** Callbacks asked of the real event loop at once: going around it costs more than most steps of a world. */
const batch = 64;

/**
 * Calls `step` again and again until it says that it was the last time. Before each call, and before this resolves,
 * every promise settles that can: Node empties the queue of microtasks between two immediates.
 */
export function eachTurn(step: () => "again" | "done"): Promise<void> {
  return new Promise((resolve, reject) => {
    let isOver = false;
    const turn = (): void => {
      if (isOver) return;
      try {
        if (step() === "again") return;
        isOver = true;
        realTurn(resolve);
      } catch (error) {
        isOver = true;
        reject(error);
      }
    };
    const ask = (): void => {
      for (let count = 0; count < batch; count += 1) realTurn(turn);
      realTurn(() => isOver || ask());
    };
    ask();
  });
}
