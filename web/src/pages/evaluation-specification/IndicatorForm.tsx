import type { Indicator, Specification } from "@yunhe/evaluation";
import { TextField } from "../../ui/form/Field.tsx";
import { Select } from "../../ui/Select.tsx";
import { commonWords } from "../../words/common.ts";
import { editorWords as words } from "../../words/evaluation-editor.ts";
import { useLanguage, useSay } from "../../words/language.tsx";
import styles from "../evaluation/evaluation.module.css";

interface IndicatorFormProps {
  readonly indicator: Indicator;
  readonly specification: Specification;
  readonly onChange: (indicator: Indicator) => void;
}

/** One indicator: its names, its definition, its unit, which way is better, of whom. */
export function IndicatorForm({ indicator, specification, onChange }: IndicatorFormProps) {
  const say = useSay();
  const { language } = useLanguage();
  const kinds = specification.kinds.map(({ id, label }) => ({ value: id, label: label[language] }));
  const set = (change: Partial<Indicator>): void => onChange({ ...indicator, ...change });
  const define = (of: "en" | "zh", text: string): void =>
    set({ definition: { en: "", zh: "", ...indicator.definition, [of]: text } });
  return (
    <>
      <TextField
        label={say(words.labelEn)}
        value={indicator.label.en}
        onChange={(en) => set({ label: { ...indicator.label, en } })}
      />
      <TextField
        label={say(words.labelZh)}
        value={indicator.label.zh}
        onChange={(zh) => set({ label: { ...indicator.label, zh } })}
      />
      <TextField
        label={say(words.definitionEn)}
        rows={2}
        value={indicator.definition?.en ?? ""}
        onChange={(text) => define("en", text)}
      />
      <TextField
        label={say(words.definitionZh)}
        rows={2}
        value={indicator.definition?.zh ?? ""}
        onChange={(text) => define("zh", text)}
      />
      <div className={styles["choices"]}>
        <TextField label={say(words.unit)} value={indicator.unit} onChange={(unit) => set({ unit })} />
        <Select
          label={say(words.direction)}
          value={indicator.direction}
          options={(["up", "down"] as const).map((value) => ({ value, label: say(words[value]) }))}
          onChange={(value) => set({ direction: value === "down" ? "down" : "up" })}
        />
        <Select
          label={say(words.kind)}
          value={indicator.kind}
          options={kinds}
          onChange={(kind) => set({ kind })}
        />
        <Select
          label={say(words.collectedPer)}
          value={indicator.collectedPer ?? ""}
          options={[{ value: "", label: say(commonWords.none) }, ...kinds]}
          onChange={(value) =>
            set(
              value === ""
                ? { collectedPer: undefined, rollUp: undefined }
                : { collectedPer: value, rollUp: indicator.rollUp ?? "sum" },
            )
          }
        />
        <Select
          label={say(words.role)}
          value={indicator.role}
          options={(["scored", "auxiliary", "parameter"] as const).map((value) => ({
            value,
            label: say(words[value]),
          }))}
          onChange={(value) => set({ role: value as Indicator["role"] })}
        />
      </div>
    </>
  );
}
