import { useSyncExternalStore } from "react";
import { commonWords } from "../words/common.ts";
import { useFormats, useSay } from "../words/language.tsx";

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** One clock for the page: ticks each second while somebody looks. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    if (!document.hidden) for (const each of listeners) each();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** A value made from the time of day, computed again each second; renders only when it changed. */
export const useTicking = <Value extends string | number>(make: (nowMs: number) => Value): Value =>
  useSyncExternalStore(subscribe, () => make(Math.floor(Date.now() / 1000) * 1000));

/** `3 min ago`, with the full time on hover. */
export function Ago({ time }: { readonly time: string | number | undefined }) {
  const formats = useFormats();
  const text = useTicking((nowMs) =>
    time === undefined ? "" : formats.ago(time, Math.max(nowMs, new Date(time).getTime())),
  );
  if (time === undefined) return null;
  return (
    <time
      dateTime={new Date(time).toISOString()}
      title={formats.dateTime(time)}
      style={{ whiteSpace: "nowrap" }}
    >
      {text}
    </time>
  );
}

/** Beyond this nobody means a date. */
const neverMs = 50 * 366 * 86_400_000;

/** In the future too: `in 3 days`. */
export function When({ time }: { readonly time: string | number }) {
  const formats = useFormats();
  const say = useSay();
  const never = say(commonWords.never);
  const text = useTicking((nowMs) =>
    new Date(time).getTime() - nowMs > neverMs ? never : formats.ago(time, nowMs),
  );
  return (
    <time
      dateTime={new Date(time).toISOString()}
      title={formats.dateTime(time)}
      style={{ whiteSpace: "nowrap" }}
    >
      {text}
    </time>
  );
}

/** How long from start to end; goes on counting without an end. */
export function Lasted({
  from,
  to,
}: {
  readonly from: string | number | undefined;
  readonly to?: string | number | undefined;
}) {
  const formats = useFormats();
  const text = useTicking((nowMs) => {
    if (from === undefined) return "";
    const end = to === undefined ? nowMs : new Date(to).getTime();
    return formats.duration(Math.max(0, end - new Date(from).getTime()));
  });
  return from === undefined ? null : <span style={{ whiteSpace: "nowrap" }}>{text}</span>;
}
