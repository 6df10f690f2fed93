import { sum } from "../../numeric/matrix.ts";
import { cite, finding, show, type ObservatoryFinding } from "../finding.ts";
import { overlaps } from "../growth.ts";
import { amountsOf, numbersOf, yearlyLevels, type NumericFigure } from "../pairing.ts";
import type { ReadFigure } from "../record.ts";

/** Shares over 100 %, and groups of shares that do not add up to it. */
export function checkShares(figures: readonly ReadFigure[]): ObservatoryFinding[] {
  const shares = amountsOf(figures, "share").filter((figure) => figure.measure.kind === "percent");
  const tooLarge = shares.filter((share) => share.amount.low > 100 || share.amount.value > 100);
  const groups = Map.groupBy(
    shares.filter((share) => share.about.member !== "" && share.amount.kind === "number"),
    (share) => [share.publication, share.period, share.scope, share.about.group].join("\u0000"),
  );
  return [
    ...tooLarge.map((share) =>
      finding("shareOverHundred", "error", [share], [100, share.amount.value], "%", {
        en: `${cite(share)} is ${share.value} %; a share cannot exceed 100 %.`,
        zh: `${cite(share)} 为 ${share.value}%；占比不能超过 100%。`,
      }),
    ),
    ...[...groups.values()].flatMap(checkGroup),
  ];
}

/** Only a group that names a rest ("other"), or that exceeds 100, claims to be complete. */
function checkGroup(members: readonly NumericFigure[]): ObservatoryFinding[] {
  const total = sum(members.map((member) => member.amount.value));
  const range = { low: sum(members.map((m) => m.amount.low)), high: sum(members.map((m) => m.amount.high)) };
  const complete = members.some((member) => /\bothers?\b|\brest\b|其他|其它/iu.test(member.about.member));
  if (members.length < 2 || (!complete && range.low <= 100)) return [];
  const rounded = Number(total.toFixed(9));
  if (rounded === 100) return [];
  const rounding = overlaps(range, { low: 100, high: 100 });
  return [
    finding("sharesDoNotSum", rounding ? "info" : "error", members, [100, rounded], "%", {
      en: `The ${members.length} shares "${members[0]!.about.group}" add up to ${rounded} %, not 100 %${rounding ? " (within their rounding)" : ""}.`,
      zh: `“${members[0]!.about.group}”的 ${members.length} 项占比合计 ${rounded}%，不是 100%${rounding ? "（在舍入误差内）" : ""}。`,
    }),
  ];
}

/** An approximate value whose note prints a precise one more than 5 % away: "about 1/3" for 31.20 %. */
export function checkRounding(figures: readonly ReadFigure[]): ObservatoryFinding[] {
  return figures.flatMap((figure) => {
    const printed = Number(/\bprints?\s+(\d+(?:\.\d+)?)\s*%/iu.exec(figure.note)?.[1]);
    if (Number.isNaN(printed) || figure.amount.kind !== "about") return [];
    const percent = figure.measure.kind === "percent" ? figure.amount.value : 100 * figure.amount.value;
    if (Math.abs(percent / printed - 1) <= 0.05) return [];
    return [
      finding("roundedTooFar", "info", [figure], [printed, percent], "%", {
        en: `${cite(figure)} says ${figure.value}, that is ${show(percent)} %, where ${show(printed)} % is printed.`,
        zh: `${cite(figure)} 写作 ${figure.value}，即 ${show(percent)}%，而印出的是 ${show(printed)}%。`,
      }),
    ];
  });
}

/**
 * A joint share of named leaders against their revenues over the market that another publication gives.
 * Parties without a revenue record count with the smallest known revenue, the most they can have if ranked below.
 */
export function checkNamedParties(figures: readonly ReadFigure[]): ObservatoryFinding[] {
  const revenues = yearlyLevels(figures).filter((figure) => figure.about.member !== "");
  const markets = yearlyLevels(figures).filter(
    (figure) => figure.about.member === "" && figure.measure.kind === "money",
  );
  const joint = numbersOf(figures, "share").filter((share) => /\b(?:in order)\b/iu.test(share.note));
  return joint.flatMap((share) => {
    const names = share.note
      .replace(/\bin order\b.*/iu, "")
      .split(/[,、]|\band\b/u)
      .map((name) => name.trim().toLowerCase());
    const year = Math.floor(share.when.from);
    const known = revenues.filter((r) => r.when.from === year && names.includes(r.about.member));
    const market = markets.find(
      (m) =>
        m.when.from === year &&
        m.within.place === share.within.place &&
        m.publication === known[0]?.publication,
    );
    return market && known.length > 0 ? compareParties(share, market, known, names.length) : [];
  });
}

function compareParties(
  share: NumericFigure,
  market: NumericFigure,
  known: readonly NumericFigure[],
  parties: number,
): ObservatoryFinding[] {
  const values = known.map((figure) => figure.amount.value);
  const most = sum(values) + (parties - known.length) * Math.min(...values);
  const percent = (100 * sum(values)) / market.amount.value;
  const ceiling = (100 * most) / market.amount.value;
  if (overlaps({ low: percent, high: ceiling }, share.amount)) return [];
  return [
    finding(
      "sharesOfNamedPartiesDiffer",
      "warning",
      [share, market, ...known],
      [ceiling, share.amount.value],
      "%",
      {
        en: `${cite(share)} is ${share.value} %, but ${known.map((f) => f.about.member).join(" + ")} are ${show(percent)} % of ${market.value} (${market.publication}), at most ${show(ceiling)} % with the others: the scopes differ.`,
        zh: `${cite(share)} 为 ${share.value}%，而 ${known.map((f) => f.about.member).join(" + ")} 占 ${market.value}（${market.publication}）的 ${show(percent)}%，加上其余者至多 ${show(ceiling)}%：两者口径不同。`,
      },
    ),
  ];
}
