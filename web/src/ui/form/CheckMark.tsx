import { Loader } from "@mantine/core";
import { type Check, isAboutFields } from "../../api/check.ts";
import { formWords } from "../../words/form.ts";
import { useSay } from "../../words/language.tsx";
import { Icon } from "../Icon.tsx";
import { Problem } from "../Problem.tsx";
import styles from "./form.module.css";

/** What the server says of the form as it stands. */
export function CheckMark({ check, count }: { readonly check: Check; readonly count: number }) {
  const say = useSay();
  if (count > 0)
    return (
      <span className={styles["bad"]} role="status">
        <Icon name="warning" />
        {say(formWords.bad, { count })}
      </span>
    );
  if (check.state === "bad") return isAboutFields(check.error) ? null : <Problem error={check.error} />;
  if (check.state === "checking")
    return (
      <span className="soft small">
        <Loader size={12} /> {say(formWords.checking)}
      </span>
    );
  if (check.state === "good")
    return (
      <span className={styles["good"]} role="status">
        <Icon name="check" />
        {say(formWords.good)}
      </span>
    );
  return null;
}
