import { useState } from "react";
import { parseNumber } from "../../format/parse-number.ts";
import { studyWords } from "../../words/evaluation-study.ts";
import { useSay } from "../../words/language.tsx";
import styles from "./evaluation.module.css";

interface NumberCellProps {
  readonly label: string;
  readonly value: number | undefined;
  /** Undefined: the field is empty. What is no number is marked, and not told. */
  readonly onValue: (value: number | undefined) => void;
  readonly invalid?: boolean;
}

/** A field for a number in a table; what is being written stays as it is written. */
export function NumberCell({ label, value, onValue, invalid = false }: NumberCellProps) {
  const say = useSay();
  const [draft, setDraft] = useState<string>();
  const isWrong = draft !== undefined && draft.trim() !== "" && parseNumber(draft) === undefined;
  return (
    <input
      className={styles["number"]}
      aria-label={label}
      aria-invalid={isWrong || invalid}
      title={isWrong ? say(studyWords.notNumber) : undefined}
      inputMode="decimal"
      autoComplete="off"
      value={draft ?? (value === undefined ? "" : String(value))}
      onChange={(event) => {
        const written = event.currentTarget.value;
        setDraft(written);
        const number = parseNumber(written);
        if (number !== undefined || written.trim() === "") onValue(number);
      }}
      onBlur={() => setDraft(undefined)}
    />
  );
}
