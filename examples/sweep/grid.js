/** What is tried: every combination, one task each. YUNHE_INDEX says which. */
export const learningRates = [0.0003, 0.001, 0.003, 0.01];
export const hiddenSizes = [8, 24, 64];
export const weightDecays = [0, 0.001];

export const grid = learningRates.flatMap((learningRate) =>
  hiddenSizes.flatMap((hidden) => weightDecays.map((weightDecay) => ({ learningRate, hidden, weightDecay }))),
);
