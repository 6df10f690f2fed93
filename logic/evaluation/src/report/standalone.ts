import type { Evaluation } from "../pipeline/compute.ts";
import { refuse } from "../specification/types.ts";
import { barChart } from "./charts.ts";
import { coordinate, escape, shown, type Language } from "./markup.ts";
import { reportWords } from "./words.ts";

/**
 * The ranking of one index as a picture that can be passed on alone: title, period, bars, source, and, where it
 * applies, that the values are synthetic or the score is an extension. @throws EvaluationError when it was not computed
 */
export function rankingPicture(
  evaluation: Evaluation,
  index: string,
  period: string,
  language: Language,
): string {
  const table = evaluation.tables.find(
    (each) => each.period === period && each.indices.some((scores) => scores.index.id === index),
  );
  const scores = table?.indices.find((each) => each.index.id === index);
  if (table === undefined || scores === undefined)
    return refuse(
      "unknown-index",
      { index, period },
      `"${index}" was not computed for ${period}.`,
      `未计算 ${period} 的指数“${index}”。`,
    );
  const say = (text: { en: string; zh: string }): string => text[language];
  const order = [...table.entities.keys()].toSorted((a, b) => scores.ranks[a]! - scores.ranks[b]! || a - b);
  const title = `${say(scores.index.label)} · ${period}`;
  const chart = barChart(
    { title, description: title, head: [] },
    order.map((e) => ({
      name: `${scores.ranks[e]}. ${say(table.entities[e]!.label)}`,
      value: scores.scores[e]!,
      cells: [shown(scores.scores[e]!, 4)],
    })),
  );
  const notes = [
    ...(evaluation.findings.some(({ code }) => code === "synthetic-data")
      ? [say(reportWords.synthetic)]
      : []),
    ...(scores.index.standing === "extension" ? [say(reportWords.extension)] : []),
    `${say(reportWords.source)}: ${[...new Set(evaluation.data.origins.map(({ publisher }) => publisher))].join("; ")}`,
  ];
  const [, , width = "760", height = "0"] = /viewBox="([^"]+)"/.exec(chart.svg)![1]!.split(" ");
  const inner = chart.svg.replace("<svg ", `<svg x="12" y="44" width="${width}" height="${height}" `);
  const below = 44 + Number(height);
  const lines = notes.map(
    (line, k) => `<text x="12" y="${coordinate(below + 22 + 18 * k)}" font-size="12">${escape(line)}</text>`,
  );
  const size = [Number(width) + 24, below + 18 * notes.length + 22].map(coordinate);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size[0]}" height="${size[1]}" viewBox="0 0 ${size[0]} ${size[1]}" font-family="system-ui, 'Noto Sans CJK SC', sans-serif" font-size="12" role="img" aria-label="${escape(title)}"><rect width="100%" height="100%" fill="#fff"/><text x="12" y="26" font-size="16" font-weight="600">${escape(title)}</text>${inner}${lines.join("")}</svg>
`;
}
