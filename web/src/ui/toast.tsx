import { useSyncExternalStore } from "react";
import { Icon } from "./Icon.tsx";
import styles from "./toast.module.css";

interface Toast {
  readonly id: number;
  readonly text: string;
}

let toasts: readonly Toast[] = [];
let next = 1;
const listeners = new Set<() => void>();
const shownMs = 4000;

function change(to: readonly Toast[]): void {
  toasts = to;
  for (const listener of listeners) listener();
}

/** Says for a moment that something was done. Failures are never told this way: they stay where they happened. */
export function toast(text: string): void {
  const id = next++;
  change([...toasts, { id, text }]);
  setTimeout(() => change(toasts.filter((each) => each.id !== id)), shownMs);
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export function Toasts() {
  const shown = useSyncExternalStore(subscribe, () => toasts);
  return (
    <div className={styles["toasts"]} role="status" aria-live="polite">
      {shown.map(({ id, text }) => (
        <div key={id}>
          <Icon name="check" />
          {text}
        </div>
      ))}
    </div>
  );
}
