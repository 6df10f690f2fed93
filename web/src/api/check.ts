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
  const [check, setCheck] = useState<Check>({ state: "idle" });
  const latest = useRef(ask);
  latest.current = ask;
  useEffect(() => {
    if (text === undefined) return setCheck({ state: "idle" });
    let isNewest = true;
    const timer = setTimeout(() => {
      setCheck((before) => (before.state === "bad" ? before : { state: "checking" }));
      latest.current().then(
        () => isNewest && setCheck({ state: "good" }),
        (error: unknown) => isNewest && setCheck({ state: "bad", error }),
      );
    }, 400);
    return () => {
      isNewest = false;
      clearTimeout(timer);
    };
  }, [text]);
  return check;
}

/** Whether the server refused for fields that can be corrected. */
export const isAboutFields = (error: unknown): boolean =>
  error instanceof RequestFailed && (error.status?.details?.causes?.length ?? 0) > 0;
