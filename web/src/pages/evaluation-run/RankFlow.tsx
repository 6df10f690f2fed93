import { evaluationWords as words } from "../../words/evaluation.ts";
import { useSay } from "../../words/language.tsx";
import { Change } from "./Change.tsx";
import { FlowPicture } from "./FlowPicture.tsx";
import { inOrder, type RunView } from "./run-data.ts";
import type { RunAddress } from "./workbench/use-workbench.ts";

interface RankFlowProps {
  readonly view: RunView;
  readonly address: RunAddress;
}

/** How ranks moved from period to period, and what the change of the scores is made of. */
export function RankFlow({ view, address }: RankFlowProps) {
  const say = useSay();
  const { periods, index } = view;
  if (periods.length < 2) return <p className="soft">{say(words.onePeriod)}</p>;
  const lines = inOrder(view).map((e) => {
    const { id, label } = view.table.entities[e]!;
    const ranks = periods.map(
      ({ table, index: scores }) =>
        scores.ranks[table.entities.findIndex((entity) => entity.id === id)] ?? null,
    );
    return { name: label[view.language], ranks };
  });
  return (
    <>
      <FlowPicture
        view={view}
        title={`${say(words.flowTitle)} · ${view.name(index.id)}`}
        file="flow"
        columns={periods.map(({ table }) => table.period)}
        lines={lines}
      />
      <Change view={view} address={address} />
    </>
  );
}
