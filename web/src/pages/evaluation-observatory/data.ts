import { queryOptions } from "@tanstack/react-query";
import type { observatory } from "@yunhe/evaluation";
import { nameInChinese, scopeInChinese, unitInChinese } from "@yunhe/evaluation/terms";
import { yunhe } from "../../api/client.ts";
import { observatoryPath } from "../evaluation/api.ts";

export type Figure = observatory.Figure;
export type Finding = observatory.ObservatoryFinding;

export interface Point {
  readonly id: string;
  readonly at: number;
  readonly value: number;
  /** null: open. */
  readonly low: number | null;
  readonly high: number | null;
  readonly forecast: boolean;
  readonly source: string;
}

export interface Series {
  readonly topic: string;
  readonly scope: string;
  readonly unit: string;
  readonly contested: boolean;
  readonly points: readonly Point[];
}

export interface Observed {
  readonly figures: readonly Figure[];
  readonly findings: readonly Finding[];
  readonly series: readonly Series[];
}

export const observatoryQuery = (project: string) =>
  queryOptions({
    queryKey: ["observatory", project],
    queryFn: ({ signal }) => yunhe.transport.json<Observed>(observatoryPath(project), { signal }),
  });

/** "CAICT, Cloud Computing White Paper 2024". */
export const sourceOf = ({ publisher, edition }: Figure): string =>
  edition === "" ? publisher : `${publisher}, ${edition}`;

/** What a record says of its figure, in the reader's language where the terms are known. */
export const readIn = {
  en: { name: (text: string) => text, scope: (text: string) => text, unit: (text: string) => text },
  zh: { name: nameInChinese, scope: scopeInChinese, unit: unitInChinese },
} as const;
