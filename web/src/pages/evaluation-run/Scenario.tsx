import { Button } from "@mantine/core";
import { useState } from "react";
import { useNavigate } from "@tanstack/react-router";
import { Facts } from "../../ui/Facts.tsx";
import { Panel } from "../../ui/Page.tsx";
import { Problem } from "../../ui/Problem.tsx";
import { Select } from "../../ui/Select.tsx";
import { evaluationWords } from "../../words/evaluation.ts";
import { studyWords as words } from "../../words/evaluation-study.ts";
import { useFormats, useSay } from "../../words/language.tsx";
import styles from "../evaluation/evaluation.module.css";
import { SyntheticMark } from "../evaluation/SyntheticMark.tsx";
import { CellEditor } from "./CellEditor.tsx";
import { editKey, type Edits } from "./edits.ts";
import { Reach } from "./Reach.tsx";
import { inOrder, rounded, type RunView } from "./run-data.ts";
import { ShiftPicture } from "./ShiftPicture.tsx";
import studyStyles from "./study.module.css";
import type { Cell, Moved } from "./workbench/questions.ts";
import { type RunAddress, useAnswer, useWorkbench } from "./workbench/use-workbench.ts";

interface ScenarioProps {
  readonly view: RunView;
  readonly address: RunAddress;
  readonly entity: string | undefined;
}

/** Values of an entity to be changed, and what follows for everybody: computed in a thread of the browser. */
export function Scenario({ view, address, entity }: ScenarioProps) {
  const say = useSay();
  const navigate = useNavigate();
  const { bench, error } = useWorkbench(address);
  const [edits, setEdits] = useState<Edits>({});
  const entities = inOrder(view).map((e) => view.table.entities[e]!);
  const chosen = entities.find(({ id }) => id === entity)?.id ?? entities[0]!.id;
  const at = { index: view.index.id, period: view.table.period };
  const cells = useAnswer(bench, "cells", { ...at, entity: chosen });
  const list = Object.values(edits).filter(({ period }) => period === at.period);
  const scenario = useAnswer(bench, "scenario", { ...at, edits: list });
  const rankNow = view.index.ranks[view.table.entities.findIndex(({ id }) => id === chosen)]!;
  return (
    <>
      <div className={styles["choices"]}>
        <Select
          label={say(evaluationWords.entity)}
          value={chosen}
          options={entities.map(({ id, label }) => ({ value: id, label: label[view.language] }))}
          onChange={(id) =>
            void navigate({ to: ".", search: (before) => ({ ...before, entity: id }), replace: true })
          }
        />
        {list.length > 0 && (
          <Button variant="default" onClick={() => setEdits({})}>
            {say(words.resetAll, { count: list.length })}
          </Button>
        )}
      </div>
      <Problem error={error ?? cells.error} />
      {!cells.answer && !error && <p className="soft">{say(words.opening)}</p>}
      <div className={studyStyles["sides"]}>
        <div className={studyStyles["side"]}>
          {cells.answer && (
            <Panel
              title={say(words.edited, { entity: view.entityName(chosen), period: at.period })}
              actions={view.synthetic && <SyntheticMark />}
            >
              <p className="soft small">{say(words.editedLead)}</p>
              <CellEditor
                key={chosen}
                view={view}
                entity={chosen}
                cells={cells.answer}
                edits={edits}
                onEdit={setEdits}
              />
            </Panel>
          )}
          {bench && cells.answer && (
            <Reach
              key={chosen}
              view={view}
              entity={chosen}
              rankNow={rankNow}
              bench={bench}
              isDirect={(indicator, from) => isDirect(cells.answer!, indicator, from)}
              onTry={(changes) =>
                setEdits({
                  ...edits,
                  ...Object.fromEntries(
                    changes.map(({ indicator, to }) => {
                      const edit = { indicator, entity: chosen, period: at.period, value: to };
                      return [editKey(edit), edit];
                    }),
                  ),
                })
              }
            />
          )}
        </div>
        <div className={studyStyles["side"]}>
          <Problem error={scenario.error} />
          {scenario.answer && (
            <Follows view={view} entity={chosen} moved={scenario.answer} edits={Object.values(edits)} />
          )}
        </div>
      </div>
    </>
  );
}

/** What is asked to change is the cell itself: neither put together from zones nor transformed. */
function isDirect(cells: readonly Cell[], indicator: string, from: number): boolean {
  const own = cells.filter((cell) => cell.indicator === indicator);
  return own.length === 1 && !own[0]!.collected && own[0]!.value === from;
}

interface FollowsProps {
  readonly view: RunView;
  readonly entity: string;
  readonly moved: readonly Moved[];
  readonly edits: readonly Edits[string][];
}

function Follows({ view, entity, moved, edits }: FollowsProps) {
  const say = useSay();
  const formats = useFormats();
  const mine = moved.find((each) => each.entity === entity);
  const shifts = moved.filter(({ rankBefore, rankAfter }) => rankBefore !== rankAfter).length;
  const changed = edits.map(
    ({ indicator, entity: of, value }) =>
      `${view.name(indicator)} (${view.entityName(of)}) = ${value === null ? "–" : formats.number(value, 6)}`,
  );
  return (
    <>
      {mine && (
        <Panel title={`${say(words.follows)} · ${view.entityName(entity)}`}>
          <Facts
            across
            facts={[
              {
                name: say(evaluationWords.rank),
                value: <output>{arrow(String(mine.rankBefore), String(mine.rankAfter))}</output>,
              },
              {
                name: say(evaluationWords.score),
                value: <output>{arrow(rounded(mine.scoreBefore), rounded(mine.scoreAfter))}</output>,
              },
              { name: say(words.change), value: signed(mine.scoreAfter - mine.scoreBefore) },
              {
                name: say(words.moves),
                value: edits.length === 0 ? say(words.noEdits) : say(words.movedCount, { count: shifts }),
              },
            ]}
          />
        </Panel>
      )}
      <ShiftPicture
        view={view}
        moved={moved}
        chosen={entity}
        note={[
          say(words.followsNote),
          ...(changed.length > 0 ? [say(words.editsOf, { list: changed.join("; ") })] : []),
        ].join(" ")}
      />
    </>
  );
}

const arrow = (before: string, after: string): string => (before === after ? before : `${before} → ${after}`);

const signed = (value: number): string => `${value < 0 ? "−" : "+"}${rounded(Math.abs(value))}`;
