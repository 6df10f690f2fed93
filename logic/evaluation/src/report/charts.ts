import { coordinate, escape, shown, svgMarkup, type Chart } from "./markup.ts";

/** Colours that stay apart for the colour-blind (M. Okabe and K. Ito 2008), repeated when there are more parts. */
const PALETTE = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#999999", "#f0e442"];

const ROW = 20;
const LABEL = 190;
const WIDTH = 760;

export interface NamedChart {
  readonly title: string;
  readonly description: string;
  /** Heads of the table: name first. */
  readonly head: readonly string[];
}

function label(y: number, text: string): string {
  return `<text x="${LABEL - 8}" y="${coordinate(y + 14)}" text-anchor="end">${escape(text)}</text>`;
}

/** One bar per name, longest value across the width; negative values start from the same zero line. */
export function barChart(
  chart: NamedChart,
  bars: readonly { readonly name: string; readonly value: number; readonly cells: readonly string[] }[],
): Chart {
  const least = Math.min(0, ...bars.map((bar) => bar.value));
  const most = Math.max(0, ...bars.map((bar) => bar.value));
  const scale = (WIDTH - LABEL - 70) / (most - least || 1);
  const content = bars.map(({ name, value }, k) => {
    const y = k * ROW;
    const from = LABEL + (Math.min(0, value) - least) * scale;
    const length = Math.abs(value) * scale;
    return `${label(y, name)}<rect x="${coordinate(from)}" y="${y + 3}" width="${coordinate(length)}" height="14" fill="${PALETTE[0]}"/><text x="${coordinate(from + length + 6)}" y="${y + 14}">${shown(value)}</text>`;
  });
  return {
    ...chart,
    svg: svgMarkup(WIDTH, bars.length * ROW, chart.description, content.join("")),
    table: { head: chart.head, rows: bars.map((bar) => [bar.name, ...bar.cells]) },
  };
}

/** Stacked bars: one row per name, one colour per part. Negative parts are left of zero. */
export function stackedChart(
  chart: NamedChart,
  parts: readonly string[],
  rows: readonly { readonly name: string; readonly values: readonly number[] }[],
): Chart {
  const positive = rows.map((row) => row.values.reduce((sum, value) => sum + Math.max(0, value), 0));
  const negative = rows.map((row) => row.values.reduce((sum, value) => sum + Math.min(0, value), 0));
  const least = Math.min(0, ...negative);
  const scale = (WIDTH - LABEL - 10) / (Math.max(...positive) - least || 1);
  const legendRows = Math.ceil(parts.length / 3);
  const legend = parts.map(
    (part, p) =>
      `<rect x="${(p % 3) * 250}" y="${Math.floor(p / 3) * ROW + 4}" width="12" height="12" fill="${colour(p)}"/><text x="${(p % 3) * 250 + 18}" y="${Math.floor(p / 3) * ROW + 14}">${escape(part)}</text>`,
  );
  const body = rows.map(({ name, values }, k) => {
    const y = (legendRows + k) * ROW;
    const edge = { right: LABEL - least * scale, left: LABEL - least * scale };
    const rects = values.map((value, p) => {
      const length = Math.abs(value) * scale;
      if (value < 0) edge.left -= length;
      const x = value < 0 ? edge.left : edge.right;
      if (value >= 0) edge.right += length;
      return `<rect x="${coordinate(x)}" y="${y + 3}" width="${coordinate(length)}" height="14" fill="${colour(p)}"><title>${escape(`${name}: ${parts[p]} ${shown(value)}`)}</title></rect>`;
    });
    return label(y, name) + rects.join("");
  });
  return {
    ...chart,
    svg: svgMarkup(
      WIDTH,
      (legendRows + rows.length) * ROW,
      chart.description,
      legend.join("") + body.join(""),
    ),
    table: {
      head: [...chart.head, ...parts],
      rows: rows.map((row) => [row.name, ...row.values.map((value) => shown(value, 4))]),
    },
  };
}

function colour(part: number): string {
  return PALETTE[part % PALETTE.length]!;
}

/** A line from lower to upper with a mark at the middle and one at the nominal value; smaller is further left. */
export function intervalChart(
  chart: NamedChart,
  most: number,
  rows: readonly {
    readonly name: string;
    readonly lower: number;
    readonly middle: number;
    readonly upper: number;
    readonly nominal: number;
    readonly cells: readonly string[];
  }[],
): Chart {
  const x = (rank: number): string =>
    coordinate(LABEL + 6 + ((rank - 1) / Math.max(1, most - 1)) * (WIDTH - LABEL - 20));
  const content = rows.map((row, k) => {
    const y = k * ROW + 10;
    return `${label(k * ROW, row.name)}<line x1="${x(row.lower)}" x2="${x(row.upper)}" y1="${y}" y2="${y}" stroke="${PALETTE[0]}" stroke-width="4"/><circle cx="${x(row.middle)}" cy="${y}" r="5" fill="${PALETTE[0]}"/><path d="M${x(row.nominal)} ${y - 8}v16" stroke="${PALETTE[5]}" stroke-width="2"/>`;
  });
  return {
    ...chart,
    svg: svgMarkup(WIDTH, rows.length * ROW, chart.description, content.join("")),
    table: { head: chart.head, rows: rows.map((row) => [row.name, ...row.cells]) },
  };
}

/** Cells shaded from the least to the greatest of all values; marked ones carry a dot. */
export function heatMap(
  chart: NamedChart,
  columns: readonly string[],
  rows: readonly {
    readonly name: string;
    readonly values: readonly number[];
    readonly marked: readonly boolean[];
  }[],
): Chart {
  const all = rows.flatMap((row) => row.values);
  const least = Math.min(...all);
  const range = Math.max(...all) - least || 1;
  const width = (WIDTH - LABEL) / columns.length;
  const heads = columns.map(
    (name, c) =>
      `<text transform="translate(${coordinate(LABEL + (c + 0.6) * width)} 116) rotate(-60)">${escape(name)}</text>`,
  );
  const cells = rows.map(({ name, values, marked }, k) => {
    const y = 124 + k * ROW;
    const rects = values.map((value, c) => {
      const opacity = Math.round(((value - least) / range) * 100) / 100;
      const x = LABEL + c * width;
      const dot =
        marked[c] === true
          ? `<circle cx="${coordinate(x + width / 2)}" cy="${y + 9}" r="3" fill="${PALETTE[5]}"/>`
          : "";
      return `<rect x="${coordinate(x)}" y="${y}" width="${coordinate(width - 1)}" height="${ROW - 1}" fill="${PALETTE[0]}" fill-opacity="${opacity}"><title>${escape(`${name}: ${columns[c]} ${shown(value)}`)}</title></rect>${dot}`;
    });
    return label(y, name) + rects.join("");
  });
  return {
    ...chart,
    svg: svgMarkup(WIDTH, 124 + rows.length * ROW, chart.description, heads.join("") + cells.join("")),
    table: {
      head: [...chart.head, ...columns],
      rows: rows.map((row) => [
        row.name,
        ...row.values.map((value, c) => shown(value) + (row.marked[c] === true ? " *" : "")),
      ]),
    },
  };
}
