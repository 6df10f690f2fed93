import { Button } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { TextField } from "../../ui/form/Field.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { Meter } from "../../ui/Meter.tsx";
import { Empty } from "../../ui/Notice.tsx";
import { Panel } from "../../ui/Page.tsx";
import { Problem } from "../../ui/Problem.tsx";
import { Select } from "../../ui/Select.tsx";
import { commonWords } from "../../words/common.ts";
import { evaluationWords } from "../../words/evaluation.ts";
import { studyWords as words } from "../../words/evaluation-study.ts";
import { useFormats, useSay } from "../../words/language.tsx";
import styles from "../evaluation/evaluation.module.css";
import { EvaluationChart } from "./EvaluationChart.tsx";
import { HeatGrid } from "./HeatGrid.tsx";
import { inOrder, type RunView } from "./run-data.ts";
import { useShades } from "./shade.ts";
import { SobolPicture } from "./SobolPicture.tsx";
import type { Ask, PairAnswer } from "./workbench/questions.ts";
import { type RunAddress, useWorkbench } from "./workbench/use-workbench.ts";
import { Workbench } from "./workbench/workbench.ts";

interface PairsProps {
  readonly view: RunView;
  readonly address: RunAddress;
}

type State =
  | { readonly type: "idle" | "cancelled" }
  | { readonly type: "running"; readonly part: number }
  | { readonly type: "failed"; readonly error: unknown }
  | { readonly type: "done"; readonly ask: Ask<"pair">; readonly answer: PairAnswer };

const isCount = (text: string, most: number): boolean => /^[1-9]\d*$/.test(text) && Number(text) <= most;

/** Does one entity beat another, how surely, and what decides it? Computed here, with progress, until cancelled. */
export function Pairs({ view, address }: PairsProps) {
  const say = useSay();
  const formats = useFormats();
  const { bundle, error } = useWorkbench(address);
  const entities = inOrder(view).map((e) => view.table.entities[e]!);
  const [first, setFirst] = useState(entities[0]!.id);
  const [second, setSecond] = useState(entities[1]?.id ?? entities[0]!.id);
  const [replications, setReplications] = useState("10000");
  const [points, setPoints] = useState("512");
  const [state, setState] = useState<State>({ type: "idle" });
  const bench = useRef<Workbench>(undefined);
  useEffect(() => () => bench.current?.close(), []);
  const specification = bundle?.specification as { readonly uncertainty?: object } | undefined;
  if (specification && !specification.uncertainty)
    return <Empty icon="info" title={say(words.noUncertainty)} />;
  const start = async (): Promise<void> => {
    const ask = {
      index: view.index.id,
      period: view.table.period,
      entity: first,
      other: second,
      replications: Number(replications),
      points: Number(points),
    };
    setState({ type: "running", part: 0 });
    // In a thread of its own: ending the thread ends it at once.
    const opened = new Workbench(bundle);
    bench.current = opened;
    try {
      const answer = await opened.ask("pair", ask, (part) => setState({ type: "running", part }));
      setState({ type: "done", ask, answer });
    } catch (cause) {
      setState(
        cause instanceof DOMException && cause.name === "AbortError"
          ? { type: "cancelled" }
          : { type: "failed", error: cause },
      );
    } finally {
      opened.close();
    }
  };
  const options = entities.map(({ id, label }) => ({ value: id, label: label[view.language] }));
  const ready =
    bundle !== undefined && first !== second && isCount(replications, 10_000_000) && isCount(points, 65_536);
  return (
    <>
      <Panel title={say(words.pairTitle)}>
        <div className={styles["form"]}>
          <p className="soft small">{say(words.pairLead)}</p>
          <div className={styles["choices"]}>
            <Select label={say(words.first)} value={first} options={options} onChange={setFirst} />
            <Select label={say(words.second)} value={second} options={options} onChange={setSecond} />
            <TextField
              label={say(words.replications)}
              type="number"
              value={replications}
              onChange={setReplications}
            />
            <TextField label={say(words.basePoints)} type="number" value={points} onChange={setPoints} />
            {state.type === "running" ? (
              <Button
                color="crown"
                variant="light"
                leftSection={<Icon name="stop" />}
                onClick={() => bench.current?.close()}
              >
                {say(commonWords.cancel)}
              </Button>
            ) : (
              <Button disabled={!ready} onClick={() => void start()}>
                {say(evaluationWords.compute)}
              </Button>
            )}
          </div>
          {state.type === "running" && (
            <Meter label={say(words.computing)} part={state.part} text={formats.percent(state.part)} />
          )}
          {state.type === "cancelled" && <p className="soft">{say(words.cancelled)}</p>}
          <Problem error={state.type === "failed" ? state.error : error} />
        </div>
      </Panel>
      {state.type === "done" && <Answer view={view} ask={state.ask} answer={state.answer} />}
    </>
  );
}

interface AnswerProps {
  readonly view: RunView;
  readonly ask: Ask<"pair">;
  readonly answer: PairAnswer;
}

function Answer({ view, ask, answer: { uncertainty, sensitivity } }: AnswerProps) {
  const say = useSay();
  const formats = useFormats();
  const at = (id: string): number => uncertainty.entities.findIndex(({ entity }) => entity.id === id);
  const share = uncertainty.aheadShare![at(ask.entity)]![at(ask.other)]!;
  const [first, second] = [view.entityName(ask.entity), view.entityName(ask.other)];
  const of = sensitivity.outputs.find(({ output }) => output === "ahead")!;
  return (
    <>
      <Panel>
        <p>
          <b>
            {say(words.pairAnswer, {
              first,
              second,
              percent: formats.percent(share),
              count: formats.number(uncertainty.settings.replications),
            })}
          </b>
        </p>
        {of.factors === null && <p className="soft">{say(words.pairNever)}</p>}
      </Panel>
      {of.factors !== null && (
        <SobolPicture
          view={view}
          title={say(words.pairSobol, { first, second })}
          file={`pair-${ask.entity}-${ask.other}`}
          of={of}
          interval={sensitivity.settings.interval}
        />
      )}
      <Matrix view={view} uncertainty={uncertainty} />
    </>
  );
}

function Matrix({
  view,
  uncertainty,
}: {
  readonly view: RunView;
  readonly uncertainty: PairAnswer["uncertainty"];
}) {
  const say = useSay();
  const { sequential } = useShades();
  const order = uncertainty.entities
    .map((each, at) => ({ at, rank: each.rank, name: each.entity.label[view.language] }))
    .toSorted((a, b) => a.rank - b.rank);
  const share = (a: number, b: number): number => uncertainty.aheadShare![a]![b]!;
  return (
    <EvaluationChart
      title={say(words.pairMatrix)}
      note={say(words.pairMatrixNote)}
      fileName={`${view.fileName}-pairs`}
      basis={view}
      table={() => ({
        columns: [say(evaluationWords.entity), ...order.map(({ name }) => name)],
        rows: order.map((row) => [
          row.name,
          ...order.map((column) => (row === column ? "" : share(row.at, column.at))),
        ]),
      })}
    >
      <HeatGrid
        columns={order.map(({ name }) => name)}
        cell={order.length > 15 ? 28 : 44}
        rows={order.map((row) => ({
          name: row.name,
          cells: order.map((column) => {
            const value = row === column ? null : share(row.at, column.at);
            return {
              value,
              shade: sequential(value ?? -1),
              text: value === null ? "" : String(Math.round(100 * value)),
            };
          }),
        }))}
      />
    </EvaluationChart>
  );
}
