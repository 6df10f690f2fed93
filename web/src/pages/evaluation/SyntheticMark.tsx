import { evaluationWords } from "../../words/evaluation.ts";
import { useSay } from "../../words/language.tsx";
import styles from "./evaluation.module.css";

/** Stands beside everything that rests on generated values. */
export function SyntheticMark() {
  const say = useSay();
  return (
    <span className={styles["synthetic"]} title={say(evaluationWords.syntheticNote)}>
      {say(evaluationWords.synthetic)}
    </span>
  );
}
