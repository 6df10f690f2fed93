import type { Figure } from "./record.ts";

/** Figures of one publication; `source` says where it was read. */
type Row = readonly [
  figure: string,
  value: string,
  unit: string,
  period: string,
  scope: string,
  note?: string,
];

function publication(
  publisher: string,
  edition: string,
  source: string,
  rows: readonly Row[],
  status: Figure["status"] = "stated",
): Figure[] {
  return rows.map(([figure, value, unit, period, scope, note = ""], k) => ({
    id: `${publisher}, ${edition}:${k + 1}`,
    figure,
    value,
    unit,
    period,
    scope,
    definition: "",
    publisher,
    edition,
    page: source,
    status,
    note,
  }));
}

const yuan = "100 million CNY";
const dollars = "100 million USD";
const gartner = "global, IaaS+PaaS+SaaS (Gartner)";

/**
 * Figures that stand beside the 2024 white paper's: later editions, and the sources that it cites.
 * `page` says where the figure was read.
 */
export const furtherFigures: readonly Figure[] = [
  ...publication("CAICT", "Cloud Computing Blue Book 2025", "as reported by diyishixun.com/news/18608", [
    ["Cloud market size", "6929", dollars, "2024", "global"],
    ["Cloud market growth", "20.2", "%", "2024", "global"],
    ["Cloud market size", "8288", yuan, "2024", "China, public+private (CAICT)"],
    ["Cloud market growth", "34.4", "%", "2024", "China"],
    ["Public cloud size", "6216", yuan, "2024", "China"],
    ["Public cloud growth", "36.6", "%", "2024", "China"],
    ["Private cloud size", "2072", yuan, "2024", "China"],
    ["Private cloud growth", "29.3", "%", "2024", "China"],
    ["Cloud market forecast", ">30000", yuan, "2030", "China"],
  ]),
  ...publication("Gartner", "press release of 19 April 2023", "gartner.com newsroom", [
    ["Cloud market forecast", "5973", dollars, "2023", gartner, "597.3 billion; +21.7 %"],
  ]),
  ...publication(
    "Gartner",
    "2Q23 update of Forecast: Public Cloud Services, Worldwide (2023)",
    "named under Fig. 1 of the CAICT white paper 2024",
    [
      [
        "Cloud market forecast",
        "5864",
        dollars,
        "2023",
        gartner,
        "value as the white paper prints it from this forecast",
      ],
    ],
  ),
  ...publication("Gartner", "press release of May 2024", "as reported by uaenews247.com and force4.co", [
    ["Cloud market size", "5610", dollars, "2023", gartner, "561.0 billion"],
  ]),
  ...publication(
    "MIIT",
    "count at the end of 2021 (published 1 September 2022)",
    "as reported by workercn.cn",
    [["Number of SMEs", "4800", "10 thousand firms", "2021", "China"]],
  ),
  ...publication(
    "Yunhe",
    "derived from the CAICT editions of 2024 and 2025",
    "6165 − 4562; 2072 / 1.293",
    [
      ["Private cloud size", "1603", yuan, "2023", "China", "the white paper of 2024 states 1563"],
      [
        "Private cloud growth",
        "23.9",
        "%",
        "2023",
        "China",
        "from 1294 in 2022; the white paper states 20.8",
      ],
    ],
    "derived",
  ),
];
