import { unitIn } from "@yunhe/evaluation/terms";
import { Button } from "@mantine/core";
import type { Index, Indicator, Specification } from "@yunhe/evaluation";
import { useState } from "react";
import { Icon } from "../../ui/Icon.tsx";
import { Panel } from "../../ui/Page.tsx";
import { Select } from "../../ui/Select.tsx";
import { editorWords as words } from "../../words/evaluation-editor.ts";
import { methodName } from "../../words/evaluation-methods.ts";
import { useLanguage, useSay } from "../../words/language.tsx";
import evaluationStyles from "../evaluation/evaluation.module.css";
import styles from "./editor.module.css";
import { IndexForm } from "./IndexForm.tsx";
import { IndicatorForm } from "./IndicatorForm.tsx";
import { freshId, movedTo, withoutEntry } from "./tree.ts";

interface TreeEditorProps {
  readonly specification: Specification;
  readonly onChange: (specification: Specification) => void;
}

/** The indicator tree, and the entry of it that was chosen, to be changed. */
export function TreeEditor({ specification, onChange }: TreeEditorProps) {
  const say = useSay();
  const { indices, indicators } = specification;
  const [chosen, setChosen] = useState(indices[0]?.id ?? "");
  const index = indices.find(({ id }) => id === chosen);
  const indicator = indicators.find(({ id }) => id === chosen);
  const replaceIndex = (next: Index): void =>
    onChange({ ...specification, indices: indices.map((each) => (each.id === next.id ? next : each)) });
  const replaceIndicator = (next: Indicator): void =>
    onChange({ ...specification, indicators: indicators.map((each) => (each.id === next.id ? next : each)) });
  const addIndicator = (): void => {
    const id = freshId("indicator", specification);
    const label = { en: id, zh: id };
    const kind = specification.kinds[0]!.id;
    const fresh: Indicator = {
      id,
      label,
      unit: "",
      direction: "up",
      kind,
      directionStated: true,
      role: "scored",
      transformation: "none",
    };
    onChange({ ...specification, indicators: [...indicators, fresh] });
    setChosen(id);
  };
  const addIndex = (): void => {
    const id = freshId("index", specification);
    const label = { en: id, zh: id };
    const fresh: Index = {
      id,
      label,
      members: [{ id: indicators[0]!.id, weight: undefined }],
      weights: { method: "equal" },
      aggregation: { method: "arithmetic" },
      standing: "source",
    };
    onChange({ ...specification, indices: [...indices, fresh] });
    setChosen(id);
  };
  const remove = (): void => {
    onChange(withoutEntry(specification, chosen));
    setChosen(indices.find(({ id }) => id !== chosen)?.id ?? "");
  };
  return (
    <div className={styles["split"]}>
      <Panel
        title={say(words.tree)}
        actions={
          <>
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<Icon name="plus" size={12} />}
              onClick={addIndicator}
            >
              {say(words.addIndicator)}
            </Button>
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<Icon name="plus" size={12} />}
              onClick={addIndex}
            >
              {say(words.addIndex)}
            </Button>
          </>
        }
      >
        <Tree specification={specification} chosen={chosen} onChoose={setChosen} />
      </Panel>
      <Panel title={chosen}>
        {!index && !indicator && <p className="soft">{say(words.treeLead)}</p>}
        <div className={evaluationStyles["form"]}>
          {index && (
            <IndexForm key={chosen} index={index} specification={specification} onChange={replaceIndex} />
          )}
          {indicator && (
            <IndicatorForm
              key={chosen}
              indicator={indicator}
              specification={specification}
              onChange={replaceIndicator}
            />
          )}
          <MoveTo id={chosen} specification={specification} onChange={onChange} />
          {(index || indicator) && (
            <div>
              <Button
                size="compact-sm"
                variant="subtle"
                color="crown"
                leftSection={<Icon name="trash" size={13} />}
                onClick={remove}
              >
                {say(words.remove)}
              </Button>
            </div>
          )}
        </div>
      </Panel>
    </div>
  );
}

interface MoveToProps extends TreeEditorProps {
  readonly id: string;
}

/** Under another index; never under one that it is itself made of. */
function MoveTo({ id, specification, onChange }: MoveToProps) {
  const say = useSay();
  const { language } = useLanguage();
  const { indices } = specification;
  const parent = indices.find(({ members }) => members.some((member) => member.id === id));
  const below = (of: string): string[] =>
    indices.find((each) => each.id === of)?.members.flatMap((member) => [member.id, ...below(member.id)]) ??
    [];
  const out = new Set([id, ...(parent ? [parent.id] : []), ...below(id)]);
  const others = indices.filter((each) => !out.has(each.id));
  if (!parent || parent.members.length === 1 || others.length === 0) return null;
  return (
    <Select
      label={say(words.moveTo)}
      value=""
      options={[
        { value: "", label: parent.label[language] },
        ...others.map((each) => ({ value: each.id, label: each.label[language] })),
      ]}
      onChange={(to) => to !== "" && onChange(movedTo(specification, id, parent.id, to))}
    />
  );
}

interface TreeProps {
  readonly specification: Specification;
  readonly chosen: string;
  readonly onChoose: (id: string) => void;
}

/** Roots are indices of which nothing else is made; indicators of no index stand at the end. */
function Tree({ specification, chosen, onChoose }: TreeProps) {
  const members = new Set(specification.indices.flatMap((index) => index.members.map(({ id }) => id)));
  const roots = [
    ...specification.indices.filter(({ id }) => !members.has(id)),
    ...specification.indicators.filter(({ id }) => !members.has(id)),
  ];
  return (
    <ul className={styles["tree"]}>
      {roots.map(({ id }) => (
        <Branch
          key={id}
          id={id}
          above={[]}
          specification={specification}
          chosen={chosen}
          onChoose={onChoose}
        />
      ))}
    </ul>
  );
}

function Branch({
  id,
  above,
  ...tree
}: TreeProps & { readonly id: string; readonly above: readonly string[] }) {
  const say = useSay();
  const { language } = useLanguage();
  const { specification, chosen, onChoose } = tree;
  const index = specification.indices.find((each) => each.id === id);
  const indicator = specification.indicators.find((each) => each.id === id);
  const about = index
    ? index.aggregation.method === "none"
      ? say(words.heading)
      : `${say(methodName(index.aggregation.method))} · ${say(methodName(index.weights.method))}`
    : indicator &&
      [
        ...(indicator.role === "parameter"
          ? []
          : [unitIn(language, indicator.unit), indicator.direction === "up" ? "↑" : "↓"]),
        indicator.role === "scored" ? "" : say(words[indicator.role]),
      ]
        .filter(Boolean)
        .join(" · ");
  return (
    <li>
      <button
        type="button"
        className={styles["entry"]}
        aria-current={id === chosen}
        onClick={() => onChoose(id)}
      >
        {index ? <b>{index.label[language]}</b> : <span>{indicator?.label[language] ?? id}</span>}
        <span className="soft small">{about}</span>
      </button>
      {index && !above.includes(id) && (
        <ul>
          {index.members.map((member) => (
            <Branch key={member.id} id={member.id} above={[...above, id]} {...tree} />
          ))}
        </ul>
      )}
    </li>
  );
}
