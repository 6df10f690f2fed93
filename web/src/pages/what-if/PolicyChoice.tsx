import { Checkbox } from "@mantine/core";
import { policies, wordsOfPolicy } from "@yunhe/scheduler";
import { useSay } from "../../words/language.tsx";
import { policyAims } from "../../words/what-if.ts";
import type { Words } from "../../words/words.ts";
import styles from "./what-if.module.css";

interface PolicyChoiceProps {
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}

const about: Readonly<Record<string, Words>> = policyAims;

/** Policies to run side by side, in the order of the scheduler's list. */
export function PolicyChoice({ chosen, onChange }: PolicyChoiceProps) {
  const say = useSay();
  const all = [...policies.keys()];
  const toggle = (name: string): void =>
    onChange(all.filter((each) => (each === name ? !chosen.includes(name) : chosen.includes(each))));
  return (
    <div className={styles["policies"]}>
      {all.map((name) => (
        <Checkbox
          key={name}
          label={<span title={name}>{say(wordsOfPolicy(name))}</span>}
          description={about[name] && say(about[name])}
          checked={chosen.includes(name)}
          onChange={() => toggle(name)}
        />
      ))}
    </div>
  );
}
