import { InputError } from "../numeric/input-error.ts";

export type Unit =
  | { readonly kind: "money"; readonly currency: string; readonly factor: number }
  | { readonly kind: "count"; readonly of: string; readonly factor: number }
  | { readonly kind: "percent" }
  | { readonly kind: "percentagePoints" }
  | { readonly kind: "times" }
  | { readonly kind: "missing" };

const magnitudes: readonly (readonly [RegExp, number])[] = [
  [/^100 million\s*/iu, 1e8],
  [/^10 thousand\s*/iu, 1e4],
  [/^10 million\s*/iu, 1e7],
  [/^thousand\s*/iu, 1e3],
  [/^million\s*/iu, 1e6],
  [/^(?:billion|bn)\s*/iu, 1e9],
  [/^trillion\s*/iu, 1e12],
  [/^万亿/u, 1e12],
  [/^亿/u, 1e8],
  [/^千万/u, 1e7],
  [/^百万/u, 1e6],
  [/^万/u, 1e4],
];

const currencies: Readonly<Record<string, string>> = {
  元: "CNY",
  人民币: "CNY",
  人民币元: "CNY",
  rmb: "CNY",
  美元: "USD",
  欧元: "EUR",
  日元: "JPY",
  英镑: "GBP",
  新加坡元: "SGD",
};

/** Reads "100 million CNY", "亿元", "%", "10 thousand firms"; an empty unit or "-" is missing. */
export function parseUnit(text: string): Unit {
  const plain = text.normalize("NFKC").trim();
  if (plain === "" || plain === "-") return { kind: "missing" };
  if (/^(?:%|％|per ?cent)/iu.test(plain)) return { kind: "percent" };
  if (/percentage point|百分点/iu.test(plain)) return { kind: "percentagePoints" };
  if (/^(?:times|倍)$/iu.test(plain)) return { kind: "times" };
  const magnitude = magnitudes.find(([pattern]) => pattern.test(plain));
  const rest = magnitude ? plain.replace(magnitude[0], "").trim() : plain;
  const factor = magnitude?.[1] ?? 1;
  const currency =
    currencies[rest.toLowerCase()] ?? (/^[A-Z]{3}$/u.test(rest) && rest !== "AZ" ? rest : undefined);
  return currency !== undefined ? { kind: "money", currency, factor } : { kind: "count", of: rest, factor };
}

/** A rate that someone takes responsibility for: units of `to` per one of `from`, on a date, from a source. */
export interface ExchangeRate {
  readonly from: string;
  readonly to: string;
  readonly rate: number;
  /** ISO 8601 date, or a period such as 2023 for an average. */
  readonly date: string;
  readonly source: string;
}

export interface Conversion {
  readonly value: number;
  readonly unit: string;
  /** The rate used, to be shown beside the value; null when only the magnitude changed. */
  readonly rate: ExchangeRate | null;
}

/**
 * Converts between units of money or count. Currencies need an explicit, dated rate: there is no default.
 * @throws InputError when the units measure different things or no fitting rate is given.
 */
export function convertUnit(
  value: number,
  from: string,
  to: string,
  rates: readonly ExchangeRate[] = [],
): Conversion {
  const [a, b] = [parseUnit(from), parseUnit(to)];
  if (a.kind === "money" && b.kind === "money") {
    if (a.currency === b.currency) return { value: (value * a.factor) / b.factor, unit: to, rate: null };
    const direct = rates.find((rate) => rate.from === a.currency && rate.to === b.currency);
    const inverse = rates.find((rate) => rate.from === b.currency && rate.to === a.currency);
    const rate = direct ?? inverse;
    if (!rate) throw rateError(a.currency, b.currency);
    checkRate(rate);
    const multiplier = direct ? rate.rate : 1 / rate.rate;
    return { value: (value * a.factor * multiplier) / b.factor, unit: to, rate };
  }
  if (a.kind === "count" && b.kind === "count" && a.of === b.of) {
    return { value: (value * a.factor) / b.factor, unit: to, rate: null };
  }
  if (a.kind === b.kind && a.kind !== "missing" && a.kind !== "money" && a.kind !== "count") {
    return { value, unit: to, rate: null };
  }
  throw new InputError({
    en: `"${from}" cannot be converted to "${to}": they do not measure the same thing.`,
    zh: `“${from}”不能换算为“${to}”：两者计量的不是同一事物。`,
  });
}

function rateError(from: string, to: string): InputError {
  return new InputError({
    en: `No exchange rate from ${from} to ${to} was given; give one with its date and source.`,
    zh: `未提供 ${from} 兑 ${to} 的汇率；请给出汇率及其日期和来源。`,
  });
}

function checkRate(rate: ExchangeRate): void {
  if (rate.rate > 0 && Number.isFinite(rate.rate) && rate.date.trim() !== "" && rate.source.trim() !== "")
    return;
  throw new InputError({
    en: `The rate ${rate.from}/${rate.to} needs a positive value, a date and a source.`,
    zh: `汇率 ${rate.from}/${rate.to} 需要正数值、日期和来源。`,
  });
}
