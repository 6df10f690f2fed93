import type { Explanation } from "../../api/task.ts";
import { useTicking } from "../../ui/Time.tsx";
import { taskWords } from "../../words/task.ts";
import { useFormats, useSay } from "../../words/language.tsx";

/** Where a waiting task stands in its queue, and when it should start, if anybody knows. */
export function Standing({ explanation }: { readonly explanation: Explanation }) {
  const say = useSay();
  const { duration } = useFormats();
  const { queue, position, waiting = 0, estimate } = explanation;
  const start = useTicking((nowMs) => {
    if (estimate === undefined) return say(taskWords.startUnknown);
    const leftMs = Date.parse(estimate.startsAt) - nowMs;
    const time = duration(Math.abs(leftMs));
    return say(leftMs < 0 ? taskWords.startsLate : taskWords.startsSoon, { time });
  });
  if (queue === undefined || position === undefined) return null;
  return (
    <p>
      {say(taskWords.position, { position, waiting, queue })} {start}
    </p>
  );
}
