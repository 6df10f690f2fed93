/** Core code that reaches for the real world is found out here: each of these throws while a world runs. */
const forbidden: readonly (readonly [object, string])[] = [
  [Date, "now"],
  [Math, "random"],
  [performance, "now"],
  [globalThis, "setTimeout"],
  [globalThis, "setInterval"],
  [globalThis, "setImmediate"],
  [globalThis, "fetch"],
];

/**
 * Runs `work` with the real clock, timers, randomness and network taken away. What escapes from it (an error that
 * nobody awaits) is given to the function that `work` hands to `onStray`.
 */
export async function withoutTheRealWorld<Value>(
  work: (onStray: (tell: (error: unknown) => void) => void) => Promise<Value>,
): Promise<Value> {
  const real = forbidden.map(([owner, name]) => Reflect.get(owner, name) as unknown);
  let tell = (error: unknown): void => {
    throw error;
  };
  const stray = (error: unknown): void => tell(error);
  process.on("uncaughtException", stray);
  process.on("unhandledRejection", stray);
  for (const [owner, name] of forbidden)
    Reflect.set(owner, name, () => {
      throw new TypeError(`${name} of the real world was used inside the simulated one`);
    });
  try {
    return await work((told) => {
      tell = told;
    });
  } finally {
    forbidden.forEach(([owner, name], index) => Reflect.set(owner, name, real[index]));
    process.off("uncaughtException", stray);
    process.off("unhandledRejection", stray);
  }
}
