interface Asked {
  readonly ids: readonly string[];
  readonly done: () => void;
  readonly fail: (error: unknown) => void;
}

/** So many ids fit on a command line wherever Slurm runs. */
const perCall = 500;

/** The same order, but what is asked while one is under way goes together with the next one: one program for all. */
export function gathered(
  order: (ids: readonly string[]) => Promise<void>,
): (ids: readonly string[]) => Promise<void> {
  const waiting: Asked[] = [];
  let isBusy = false;
  const work = async (): Promise<void> => {
    isBusy = true;
    // After what else is ready now.
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) await together(order, take(waiting));
    isBusy = false;
  };
  return (ids) =>
    new Promise((done, fail) => {
      if (ids.length === 0) return done();
      waiting.push({ ids, done, fail });
      if (!isBusy) void work();
    });
}

function take(waiting: Asked[]): Asked[] {
  const some: Asked[] = [];
  let count = 0;
  while (waiting.length > 0 && (some.length === 0 || count + waiting[0]!.ids.length <= perCall)) {
    const next = waiting.shift()!;
    count += next.ids.length;
    some.push(next);
  }
  return some;
}

async function together(
  order: (ids: readonly string[]) => Promise<void>,
  some: readonly Asked[],
): Promise<void> {
  try {
    await order([...new Set(some.flatMap(({ ids }) => ids))]);
    for (const { done } of some) done();
  } catch (error) {
    for (const { fail } of some) fail(error);
  }
}
