import type { EvaluationResult, ResultIndex, ResultTable } from "@yunhe/evaluation";
import { evaluationWords as words } from "../../words/evaluation.ts";
import { fill, type Language } from "../../words/words.ts";
import type { WorkResult } from "../evaluation/api.ts";

/** What every view of a run shows: one index in one period, of one finished evaluation. */
export interface RunView {
  readonly work: WorkResult;
  readonly table: ResultTable;
  readonly index: ResultIndex;
  /** The same index in every period, oldest first. */
  readonly periods: readonly { readonly table: ResultTable; readonly index: ResultIndex }[];
  readonly synthetic: boolean;
  /** Who published the data, and whose method it is. */
  readonly source: string;
  readonly language: Language;
  /** The label of an indicator or index. */
  readonly name: (id: string) => string;
  readonly entityName: (id: string) => string;
  /** File names begin with it. */
  readonly fileName: string;
}

export interface IndexChoice {
  readonly id: string;
  readonly label: { readonly en: string; readonly zh: string };
  readonly standing: string;
}

/** Every index of the result, the last ones first: members come before what they make up. */
export function indicesOf({ tables }: EvaluationResult): IndexChoice[] {
  const all = tables.flatMap(({ indices }) =>
    indices.map(({ id, label, standing }) => ({ id, label, standing })),
  );
  return [...new Map(all.map((each) => [each.id, each])).values()].reverse();
}

export const periodsOf = ({ tables }: EvaluationResult, index: string): string[] =>
  tables.filter(({ indices }) => indices.some(({ id }) => id === index)).map(({ period }) => period);

export function viewOf(
  work: WorkResult,
  chosen: { readonly index: string; readonly period: string },
  language: Language,
  fileName: string,
): RunView | undefined {
  const periods = work.result.tables.flatMap((table) => {
    const index = table.indices.find(({ id }) => id === chosen.index);
    return index ? [{ table, index }] : [];
  });
  const current = periods.find(({ table }) => table.period === chosen.period) ?? periods.at(-1);
  if (!current) return undefined;
  const names = new Map<string, { en: string; zh: string }>(
    work.result.tables.flatMap(({ indicators, indices }) =>
      [...indicators, ...indices].map(({ id, label }) => [id, label]),
    ),
  );
  const entities = new Map(current.table.entities.map(({ id, label }) => [id, label]));
  return {
    work,
    ...current,
    periods,
    synthetic: work.result.warnings.some(
      ({ code }) => code === "synthetic-data" || code === "synthetic-weights",
    ),
    source: sourceOf(work.result, language),
    language,
    name: (id) => names.get(id)?.[language] ?? id,
    entityName: (id) => entities.get(id)?.[language] ?? id,
    fileName: `${fileName}-${chosen.index}-${current.table.period}`,
  };
}

/** More publishers than these are counted, not named. */
const mostSources = 4;

function sourceOf({ sources, specification }: EvaluationResult, language: Language): string {
  const cited = (source: { publisher: string; edition?: string | undefined }): string =>
    [source.publisher, source.edition].filter(Boolean).join(", ");
  // Results that were stored by an earlier version name no sources.
  const named = [...new Set((sources ?? []).map(cited))];
  const more = named.length > mostSources ? [`+ ${named.length - mostSources}`] : [];
  const method = specification.source
    ? [fill(words.methodOf, language, { source: cited(specification.source) })]
    : [];
  return [...named.slice(0, mostSources), ...more, ...method].join("; ");
}

/** Indicators below the index, in the order of its contributions. */
export const leavesOf = ({ index }: RunView): string[] => Object.keys(index.influence);

/** More than this cannot be told apart by colour. */
const mostColours = 6;

/** Contributions to stack: of the indicators, or, where those are too many, of the members that they are below of. */
export function partsOf(view: RunView): { readonly id: string; readonly values: readonly number[] }[] {
  const { index, table } = view;
  const contributions = index.contributions ?? {};
  const leaves = Object.entries(contributions).map(([id, values]) => ({ id, values }));
  if (leaves.length <= mostColours) return leaves;
  const below = (member: string): string[] =>
    Object.keys(table.indices.find(({ id }) => id === member)?.influence ?? { [member]: 1 });
  const members = Object.keys(index.weights.members).map((id) => ({ id, leaves: below(id) }));
  // An indicator below two members belongs to neither: then only the indicators themselves can be shown.
  const shared =
    new Set(members.flatMap((member) => member.leaves)).size !==
    members.flatMap((member) => member.leaves).length;
  if (shared) return leaves;
  return members.map(({ id, leaves: own }) => ({
    id,
    values: table.entities.map((_, e) => own.reduce((sum, leaf) => sum + (contributions[leaf]?.[e] ?? 0), 0)),
  }));
}

/** Positions of the entities from the best to the worst. */
export const inOrder = ({ index }: RunView): number[] =>
  index.ranks.map((_, e) => e).sort((a, b) => index.ranks[a]! - index.ranks[b]! || a - b);

/** What a value rests on besides what its source states. */
export function basisOf({ table, index }: RunView, entity: string): string[] {
  const below = new Set(Object.keys(index.influence));
  const flags = table.indicators
    .filter(({ id }) => below.has(id))
    .flatMap((indicator) =>
      indicator.flags.filter((each) => each.entity === entity).flatMap((each) => each.flags),
    );
  return [...new Set<string>(flags)];
}

/** Never a negative zero. */
export const rounded = (value: number, digits = 2): string =>
  value.toFixed(digits).replace(/^-(?=0(\.0*)?$)/, "");

/** The text in lines of at most `most` (Chinese characters count twice), cut where it needs more than `lines`. */
export function wrapped(text: string, most: number, lines = 2): string[] {
  const words = text.match(/[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*|\s+/g) ?? [];
  const out = [""];
  for (const word of words) {
    const longer = out.at(-1)! + word;
    if (out.length === lines || fitted(longer.trim(), most) === longer.trim() || out.at(-1) === "")
      out[out.length - 1] = longer;
    else out.push(word);
  }
  return out.map((line) => fitted(line.trim(), most));
}

/** At most so many half-widths of a letter: East Asian characters count twice. */
export function fitted(text: string, most: number): string {
  let width = 0;
  for (let at = 0; at < text.length; at += 1) {
    width += /[\u2e80-\uffef]/.test(text[at]!) ? 2 : 1;
    if (width > most) return `${text.slice(0, Math.max(1, at - 1))}…`;
  }
  return text;
}

/** In letters: East Asian characters are twice as wide. */
export const displayLength = (text: string): number =>
  text.length + (text.match(/[\u2e80-\uffef]/g)?.length ?? 0);
