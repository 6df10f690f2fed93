import type { LiveSnapshot } from "@yunhe/client";
import { commonWords } from "../words/common.ts";
import { useSay } from "../words/language.tsx";
import styles from "./LiveMark.module.css";
import { Notice } from "./Notice.tsx";
import { Problem } from "./Problem.tsx";

/** Whether what is shown is still true. */
export function LiveMark({ live }: { readonly live: LiveSnapshot<unknown> }) {
  const say = useSay();
  if (live.state === "failed") return <Problem error={live.error} />;
  if (live.state === "stale") return <Notice>{say(commonWords.stale)}</Notice>;
  return (
    <>
      {live.state === "live" && (
        <span className={styles["live"]}>
          <span aria-hidden="true" />
          {say(commonWords.live)}
        </span>
      )}
      {live.truncated && <Notice>{say(commonWords.truncated, { count: live.items.length })}</Notice>}
    </>
  );
}
