/** Until when something waits, by the wall clock, and how long such a pause can be at most. */
export interface Pause {
  readonly untilMs: number;
  readonly longestMs: number;
}

/**
 * How much of it is left, in ms; at or below 0: it is over. One that would last longer than any can was written before
 * the clock was set back: it is over too, for what waits would else stand still as long as the clock went back.
 */
export const pauseLeftMs = ({ untilMs, longestMs }: Pause, nowMs: number): number =>
  untilMs > nowMs + longestMs ? 0 : untilMs - nowMs;

export const isDue = (pause: Pause, nowMs: number): boolean => pauseLeftMs(pause, nowMs) <= 0;
