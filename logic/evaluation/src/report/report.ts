import type { Evaluation, EvaluatedPeriod } from "../pipeline/compute.ts";
import { coherenceOf } from "../pipeline/coherence.ts";
import { ENGINE } from "../pipeline/engine.ts";
import { CELL } from "../pipeline/panel.ts";
import type { IndexScores } from "../pipeline/scores.ts";
import type { UncertaintyResult } from "../robustness/monte-carlo.ts";
import type { SensitivityResult } from "../robustness/sensitivity.ts";
import type { Text } from "../specification/types.ts";
import { barChart, heatMap, intervalChart, stackedChart } from "./charts.ts";
import { chartMarkup, escape, shown, tableMarkup, type Chart, type Language } from "./markup.ts";
import { reportWords } from "./words.ts";

export interface ReportInput {
  readonly evaluation: Evaluation;
  readonly language: Language;
  readonly uncertainty?: UncertaintyResult;
  readonly sensitivity?: SensitivityResult;
}

const STYLE = `body{font:15px/1.5 system-ui,"Noto Sans CJK SC",sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}
svg{width:100%;height:auto;font-size:12px}figure{margin:1.5rem 0}figcaption{color:#555;font-size:.85rem}
table{border-collapse:collapse;font-size:.85rem}th,td{border:1px solid #ccc;padding:.15rem .5rem;text-align:right}th:first-child{text-align:left}
.scroll{overflow-x:auto}.warning{background:#fff4e0;border-left:4px solid #d55e00;padding:.3rem 1rem;margin:.3rem 0}.synthetic{background:#d55e00;color:#fff;padding:.4rem 1rem;font-weight:600}`;

/** A self-contained HTML page: no script, no outside file; every chart has its source and its numbers as a table. */
export function report(input: ReportInput): string {
  const { evaluation, language } = input;
  const { specification } = evaluation;
  const say = (text: Text): string => text[language];
  const writer = new ReportWriter(input);
  const synthetic = evaluation.findings.some((finding) => finding.code === "synthetic-data");
  const warnings = evaluation.findings
    .map((finding) => `<p class="warning">${escape(say(finding.message))}</p>`)
    .join("\n");
  const title = escape(say(specification.title));
  return `<!doctype html>
<html lang="${language === "zh" ? "zh-CN" : "en"}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${title}</title><style>${STYLE}</style></head>
<body><main><h1>${title}</h1>
${synthetic ? `<p class="synthetic" role="note">${escape(say(reportWords.synthetic))}</p>` : ""}
<section><h2>${escape(say(reportWords.warnings))}</h2>${warnings === "" ? `<p>${escape(say(reportWords.noWarnings))}</p>` : warnings}</section>
${evaluation.tables.map((table) => writer.table(table)).join("\n")}
${writer.robustness()}
${writer.log()}
<footer><p>${escape(say(reportWords.engine))} ${ENGINE.name} ${ENGINE.version}</p></footer></main></body></html>
`;
}

class ReportWriter {
  readonly #input: ReportInput;
  readonly #names: ReadonlyMap<string, Text>;

  constructor(input: ReportInput) {
    this.#input = input;
    const { specification } = input.evaluation;
    this.#names = new Map(
      [...specification.indicators, ...specification.indices].map(({ id, label }) => [id, label]),
    );
  }

  #say(text: Text): string {
    return text[this.#input.language];
  }

  #name(id: string): string {
    return this.#say(this.#names.get(id) ?? { en: id, zh: id });
  }

  #chart(chart: Chart, note?: Text): string {
    return chartMarkup(
      chart,
      `${note === undefined ? "" : `${this.#say(note)} `}${this.#source()}`,
      this.#say(reportWords.table),
    );
  }

  /** Who published what the chart shows; synthetic origins say so. */
  #source(): string {
    const { data, specification } = this.#input.evaluation;
    const origins = data.origins.map((origin) =>
      [
        origin.publisher,
        origin.edition,
        origin.page,
        origin.status === "synthetic" ? this.#say(reportWords.synthetic) : undefined,
      ]
        .filter((part) => part !== undefined)
        .join(", "),
    );
    const method =
      specification.source === undefined
        ? []
        : [
            [specification.source.publisher, specification.source.edition]
              .filter((part) => part !== undefined)
              .join(", "),
          ];
    return `${this.#say(reportWords.source)}: ${[...new Set([...origins, ...method])].join("; ")}`;
  }

  table(table: EvaluatedPeriod): string {
    const kind = this.#input.evaluation.specification.kinds.find((candidate) => candidate.id === table.kind)!;
    const sections = table.indices.map((scores) => this.#index(table, scores));
    return `<section><h2>${escape(this.#say(kind.label))} · ${escape(table.period)}</h2>${sections.join("\n")}${this.#heat(table)}${this.#coherence(table)}</section>`;
  }

  #index(table: EvaluatedPeriod, scores: IndexScores): string {
    const order = [...table.entities.keys()].toSorted((a, b) => scores.ranks[a]! - scores.ranks[b]! || a - b);
    const words = reportWords;
    const name =
      this.#name(scores.index.id) +
      (scores.index.standing === "extension" ? ` (${this.#say(words.extension)})` : "");
    const entity = (e: number): string => this.#say(table.entities[e]!.label);
    const bars = barChart(
      {
        title: this.#say(words.ranking),
        description: `${name}: ${this.#say(words.ranking)}, ${table.period}`,
        head: [this.#say(words.entity), this.#say(words.rank), this.#say(words.score)],
      },
      order.map((e) => ({
        name: `${scores.ranks[e]}. ${entity(e)}`,
        value: scores.scores[e]!,
        cells: [String(scores.ranks[e]), shown(scores.scores[e]!, 4)],
      })),
    );
    const parts = scores.contributions;
    const stacked =
      parts && scores.indicators.length > 1
        ? this.#chart(
            stackedChart(
              {
                title: this.#say(words.contributions),
                description: `${name}: ${this.#say(words.contributions)}, ${table.period}`,
                head: [this.#say(words.entity)],
              },
              scores.indicators.map((id) => this.#name(id)),
              order.map((e) => ({ name: entity(e), values: parts.map((column) => column[e]!) })),
            ),
          )
        : "";
    return `<section><h3>${escape(name)}</h3>${this.#chart(bars)}${stacked}${this.#weights(scores)}</section>`;
  }

  #weights(scores: IndexScores): string {
    const { derivation, index } = scores;
    const words = reportWords;
    const ratio =
      derivation.consistency === undefined
        ? ""
        : `<p>${escape(this.#say(words.consistency))}: ${derivation.consistency.kind === "assessed" ? shown(derivation.consistency.ratio, 4) : escape(this.#say(words.notApplicable))}</p>`;
    const rows = index.members.map((member, m) => [
      this.#name(member.id),
      shown(derivation.weights[m]!, 4),
      derivation.method,
    ]);
    return `<details><summary>${escape(this.#say(words.weights))}</summary>${ratio}${tableMarkup({ head: [words.member, words.weight, words.method].map((word) => this.#say(word)), rows })}</details>`;
  }

  #heat(table: EvaluatedPeriod): string {
    const rows = table.entities.map((entity, e) => ({
      name: this.#say(entity.label),
      values: table.normalised.map((column) => column[e]!),
      marked: table.flags.map(
        (column) => (column[e]! & (CELL.imputed | CELL.treated | CELL.synthetic)) !== 0,
      ),
    }));
    const chart = heatMap(
      {
        title: this.#say(reportWords.heat),
        description: `${this.#say(reportWords.heat)}, ${table.period}`,
        head: [this.#say(reportWords.entity)],
      },
      table.indicators.map((indicator) => this.#say(indicator.label)),
      rows,
    );
    return this.#chart(chart, reportWords.heatNote);
  }

  #coherence(table: EvaluatedPeriod): string {
    const none = this.#say(reportWords.notApplicable);
    const rows = coherenceOf(table).map((coherence) => [
      this.#name(coherence.index),
      "value" in coherence.reliability ? shown(coherence.reliability.value.alpha, 3) : none,
      "value" in coherence.adequacy ? shown(coherence.adequacy.value.overall, 3) : none,
      coherence.flagged
        .map(
          (cell) =>
            `${this.#name(cell.row)} × ${this.#name(cell.column)}: ${cell.flag} (${shown(cell.value)})`,
        )
        .join("; "),
    ]);
    if (rows.length === 0) return "";
    return `<details><summary>${escape(this.#say(reportWords.coherence))}</summary>${tableMarkup({ head: [this.#say(reportWords.index), "Cronbach α", "KMO", "r"], rows })}</details>`;
  }

  robustness(): string {
    return this.#intervals() + this.#sensitivity();
  }

  #intervals(): string {
    const { uncertainty } = this.#input;
    if (uncertainty === undefined) return "";
    const words = reportWords;
    const rows = uncertainty.entities
      .toSorted((a, b) => a.rank - b.rank)
      .map((row) => ({
        name: this.#say(row.entity.label),
        lower: row.lowerRank,
        middle: row.medianRank,
        upper: row.upperRank,
        nominal: row.rank,
        cells: [row.rank, row.lowerRank, row.medianRank, row.upperRank]
          .map(String)
          .concat(shown(row.meanRank)),
      }));
    const head = [words.entity, words.rank, words.lower, words.median, words.upper, words.meanRank].map(
      (word) => this.#say(word),
    );
    return `<section><h2>${escape(this.#say(words.intervals))}</h2>${this.#chart(intervalChart({ title: `${uncertainty.settings.replications} × ${shown(uncertainty.settings.interval * 100, 0)}%`, description: this.#say(words.intervals), head }, rows.length, rows), words.intervalsNote)}</section>`;
  }

  #sensitivity(): string {
    const factors = this.#input.sensitivity?.outputs.find(
      (output) => output.output === "mean-rank-shift",
    )?.factors;
    if (!factors) return "";
    const words = reportWords;
    const bars = factors
      .toSorted((a, b) => b.total.value - a.total.value)
      .map((row) => ({
        name: this.#say(row.factor.label),
        value: row.total.value,
        cells: [
          shown(row.first.value, 4),
          shown(row.total.value, 4),
          `${shown(row.total.lower, 4)} – ${shown(row.total.upper, 4)}`,
        ],
      }));
    const head = [words.factor, words.first, words.total]
      .map((word) => this.#say(word))
      .concat(`${this.#say(words.lower)} – ${this.#say(words.upper)}`);
    return `<section><h2>${escape(this.#say(words.sensitivity))}</h2>${this.#chart(barChart({ title: this.#say(words.total), description: this.#say(words.sensitivity), head }, bars))}</section>`;
  }

  log(): string {
    const { log } = this.#input.evaluation;
    if (log.length === 0) return "";
    const words = reportWords;
    const rows = log
      .slice(0, 500)
      .map((cell) => [
        cell.entity,
        this.#name(cell.indicator),
        cell.period,
        shown(cell.before, 4),
        shown(cell.after, 4),
        this.#say(cell.how),
      ]);
    const more =
      log.length > 500 ? `<p>${escape(this.#say(words.more).replace("{n}", String(log.length)))}</p>` : "";
    return `<section><h2>${escape(this.#say(words.log))}</h2>${more}${tableMarkup({ head: [words.entity, words.indicator, words.period, words.before, words.after, words.how].map((word) => this.#say(word)), rows })}</section>`;
  }
}
