import { z } from "zod";
import { parseAmount, type Amount } from "./amount.ts";
import { parsePeriod, type Period } from "./period.ts";
import { parseScope, type Scope } from "./scope.ts";
import { parseSubject, type Subject } from "./subject.ts";
import { parseUnit, type Unit } from "./unit.ts";

/** What a figure's record must say about itself. Values stay as printed, such as ">10000". */
export const figureSchema = z.object({
  id: z.string().min(1),
  figure: z.string().min(1),
  value: z.string().min(1),
  unit: z.string(),
  period: z.string(),
  scope: z.string(),
  definition: z.string().default(""),
  publisher: z.string().min(1),
  edition: z.string().default(""),
  page: z.string().default(""),
  status: z.enum(["stated", "derived", "revised"]).default("stated"),
  note: z.string().default(""),
});

/** One published figure with its provenance. */
export type Figure = Readonly<z.output<typeof figureSchema>>;

/** A figure with its texts understood. */
export interface ReadFigure extends Figure {
  readonly amount: Amount;
  readonly when: Period;
  readonly about: Subject;
  readonly within: Scope;
  readonly measure: Unit;
  /** Publisher and edition together: figures of one publication should agree with each other. */
  readonly publication: string;
  /** Year in which the edition appeared, or null when it does not say. */
  readonly published: number | null;
}

export function readFigure(figure: Figure): ReadFigure {
  const measure = parseUnit(figure.unit);
  return {
    ...figure,
    amount: ["date", "plan", "rank", "unranked", "edition"].includes(figure.unit)
      ? { kind: "words" }
      : parseAmount(figure.value),
    when: parsePeriod(figure.period),
    about: parseSubject(figure.figure, measure),
    within: parseScope(figure.scope),
    measure,
    publication: figure.edition ? `${figure.publisher}, ${figure.edition}` : figure.publisher,
    published: publishedIn(figure),
  };
}

/** The last year that the edition names, outside "about …" remarks. */
function publishedIn(figure: Figure): number | null {
  const text = `${figure.publisher} ${figure.edition}`;
  if (/undated|未注明/iu.test(text)) return null;
  const years = [...text.matchAll(/\b(?:19|20)\d{2}\b/gu)].map((match) => Number(match[0]));
  return years.at(-1) ?? null;
}
