/** The time that a figure is about. Years are Gregorian; `from` and `to` are years with a fraction, `to` exclusive. */
export interface Period {
  readonly kind: "year" | "years" | "half" | "quarter" | "month" | "undated";
  readonly from: number;
  readonly to: number;
  /** True for a target, plan or forecast horizon rather than a measured time. */
  readonly target: boolean;
}

const undated: Period = { kind: "undated", from: NaN, to: NaN, target: false };

/** Reads 2023, 2023-2027, 2021 Q2, 2020 H1, 2023-12, "2019 target", "2023 average"; "undated (…)" stays undated. */
export function parsePeriod(text: string): Period {
  const target = /target|目标|plan|规划/iu.test(text);
  if (/undated|未注明/iu.test(text)) return undated;
  const at = (kind: Period["kind"], from: number, length: number): Period => ({
    kind,
    from,
    to: from + length,
    target,
  });
  const range = /(\d{4})\s*[-–]\s*(\d{4})/u.exec(text);
  if (range) return at("years", Number(range[1]), Number(range[2]) - Number(range[1]) + 1);
  const plain = inDigits(text);
  const part = /(\d{4})\s*年?\s*(?:([QH])([1-4])|-(\d{2})\b)/iu.exec(plain);
  const year = Number(part?.[1] ?? /(\d{4})/u.exec(plain)?.[1]);
  if (Number.isNaN(year)) return undated;
  if (part?.[4] !== undefined) return at("month", year + (Number(part[4]) - 1) / 12, 1 / 12);
  if (part?.[2]?.toUpperCase() === "Q") return at("quarter", year + (Number(part[3]) - 1) / 4, 1 / 4);
  if (part?.[2]?.toUpperCase() === "H") return at("half", year + (Number(part[3]) - 1) / 2, 1 / 2);
  return at("year", year, 1);
}

/** "2021年第二季度" → "2021 Q2", "2020年上半年" → "2020 H1", "2021年6月" → "2021-06", "Q2 2021" → "2021 Q2". */
function inDigits(text: string): string {
  return text
    .replace(/第?([一二三四1-4])季度/u, (_, k: string) => ` Q${"一二三四".indexOf(k) + 1 || k}`)
    .replace("上半年", " H1")
    .replace("下半年", " H2")
    .replace(/(\d{4})年(\d{1,2})月/u, (_, year: string, month: string) => `${year}-${month.padStart(2, "0")}`)
    .replace(/\b([QH][1-4])\s+(\d{4})\b/iu, "$2 $1");
}

/** The year, when the period is exactly one. */
export function yearOf(period: Period): number | null {
  return period.kind === "year" ? period.from : null;
}
