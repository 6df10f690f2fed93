import type { Language } from "../words/words.ts";

/** How values are written in one language. */
export interface Formats {
  readonly number: (value: number, fractionDigits?: number) => string;
  /** 0…1 as percent. */
  readonly percent: (part: number) => string;
  /** Binary units. */
  readonly bytes: (bytes: number) => string;
  /** Thousandths as a number: 250 is 0.25. */
  readonly milli: (milli: number) => string;
  readonly duration: (ms: number) => string;
  readonly dateTime: (time: string | number) => string;
  readonly time: (time: string | number) => string;
  /** `3 minutes ago`, short. */
  readonly ago: (time: string | number, nowMs: number) => string;
}

const tags: Readonly<Record<Language, string>> = { en: "en-GB", zh: "zh-CN" };
const byteUnits = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
const spans = [
  { ms: 86_400_000, en: "d", zh: "天" },
  { ms: 3_600_000, en: "h", zh: "小时" },
  { ms: 60_000, en: "min", zh: "分" },
  { ms: 1000, en: "s", zh: "秒" },
] as const;

const made = new Map<Language, Formats>();

export function formatsOf(language: Language): Formats {
  const known = made.get(language);
  if (known) return known;
  const formats = makeFormats(language);
  made.set(language, formats);
  return formats;
}

function makeFormats(language: Language): Formats {
  const tag = tags[language];
  const whole = new Intl.DateTimeFormat(tag, { dateStyle: "medium", timeStyle: "medium" });
  const clock = new Intl.DateTimeFormat(tag, { timeStyle: "medium", hourCycle: "h23" });
  const percents = new Intl.NumberFormat(tag, { style: "percent", maximumFractionDigits: 1 });
  const relative = new Intl.RelativeTimeFormat(tag, { numeric: "always", style: "short" });
  const number = (value: number, digits = 2): string =>
    new Intl.NumberFormat(tag, { maximumFractionDigits: digits }).format(value);
  const duration = (ms: number): string => durationText(ms, language, number);
  return {
    number,
    percent: (part) => percents.format(part),
    bytes: (bytes) => bytesText(bytes, number),
    milli: (milli) => number(milli / 1000, 3),
    duration,
    dateTime: (time) => whole.format(new Date(time)),
    time: (time) => clock.format(new Date(time)),
    ago: (time, nowMs) => agoText(nowMs - new Date(time).getTime(), relative),
  };
}

function bytesText(bytes: number, number: Formats["number"]): string {
  const power = bytes < 1 ? 0 : Math.min(byteUnits.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 2 ** (10 * power);
  return `${number(value, value >= 100 || power === 0 ? 0 : 1)} ${byteUnits[power]}`;
}

/** The two largest units that matter; parts of a second below ten. */
function durationText(ms: number, language: Language, number: Formats["number"]): string {
  const [day, hour, minute, second] = spans;
  const gap = language === "zh" ? "" : " ";
  const unit = (value: string | number, span: (typeof spans)[number]): string =>
    `${value}${gap || " "}${span[language]}`;
  if (ms < 1000) return `${number(ms, 0)} ${language === "zh" ? "毫秒" : "ms"}`;
  if (ms < 10_000) return unit(number(ms / 1000, 1), second);
  const parts = [day, hour, minute, second].map((span, at, all) => {
    const above = all[at - 1];
    return { span, count: Math.floor((above ? ms % above.ms : ms) / span.ms) };
  });
  const first = parts.findIndex(({ count }) => count > 0);
  return parts
    .slice(first, first + 2)
    .filter(({ count }) => count > 0)
    .map(({ span, count }) => unit(count, span))
    .join(" ");
}

function agoText(ms: number, relative: Intl.RelativeTimeFormat): string {
  const units = ["day", "hour", "minute", "second"] as const;
  const distance = Math.abs(ms);
  const at = spans.findIndex((span) => distance >= span.ms);
  const span = spans[at === -1 ? 3 : at]!;
  return relative.format(-Math.trunc(ms / span.ms), units[at === -1 ? 3 : at]!);
}
