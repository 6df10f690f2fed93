import { RequestFailed } from "@yunhe/client";
import { useEffect, useRef, useState } from "react";

export type Check =
  | { readonly state: "idle" | "checking" | "good" }
  | { readonly state: "bad"; readonly error: unknown };

/**
 * Asks the server whether it would take something (a dry run) whenever `text` has rested for a moment. The request is
 * made by `ask`; `text` undefined asks nothing.
 */
export function useCheck(text: string | undefined, ask: () => Promise<unknown>): Check {
  const [last, setLast] = useState<{ readonly text: string; readonly check: Check }>();
  const latest = useRef(ask);
  useEffect(() => {
    latest.current = ask;
  });
  useEffect(() => {
    if (text === undefined) return undefined;
    let isNewest = true;
    const say = (check: Check): void => {
      if (isNewest) setLast({ text, check });
    };
    const timer = setTimeout(() => {
      latest.current().then(
        () => say({ state: "good" }),
        (error: unknown) => say({ state: "bad", error }),
      );
    }, 400);
    return () => {
      isNewest = false;
      clearTimeout(timer);
    };
  }, [text]);
  if (text === undefined) return { state: "idle" };
  // What was wrong stays in view until the next answer, so that nothing flickers while somebody writes.
  return last?.text === text || last?.check.state === "bad" ? last.check : { state: "checking" };
}

/** Whether the server refused for fields that can be corrected. */
export const isAboutFields = (error: unknown): boolean =>
  error instanceof RequestFailed && (error.status?.details?.causes?.length ?? 0) > 0;
