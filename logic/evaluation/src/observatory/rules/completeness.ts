import { cite, finding, show, type ObservatoryFinding } from "../finding.ts";
import { amountsOf, inUnitOf, numbersOf, sameSeries, sameUnit } from "../pairing.ts";
import type { ReadFigure } from "../record.ts";

/** Figures without a date, one finding per publication; without a unit; with a growth that is only "3 times". */
export function checkCompleteness(figures: readonly ReadFigure[]): ObservatoryFinding[] {
  const undated = Map.groupBy(
    figures.filter((figure) => figure.when.kind === "undated"),
    (figure) => figure.publication,
  );
  return [
    ...[...undated].map(([publication, group]) =>
      finding("missingDate", "warning", group, null, "", {
        en: `${group.length} figure(s) of ${publication} carry no date: mark them as undated and never extrapolate from them.`,
        zh: `${publication} 的 ${group.length} 个数据没有日期：应标注“未注明日期”，不可外推。`,
      }),
    ),
    ...figures.filter(lacksUnit).map((figure) =>
      finding("missingUnit", "warning", [figure], null, "", {
        en: `${cite(figure)} (${figure.value}) does not say its unit: points and per cent differ, so it cannot be computed with.`,
        zh: `${cite(figure)}（${figure.value}）未注明单位：百分点与百分比含义不同，不能用于计算。`,
      }),
    ),
  ];
}

function lacksUnit(figure: ReadFigure): boolean {
  return (
    figure.measure.kind === "missing" || /unit (?:is )?not stated|单位未注明|未注明单位/iu.test(figure.note)
  );
}

/** "Grew 3 times" to a known share: threefold, or by 300 %; both earlier values are given. */
export function checkMultiples(figures: readonly ReadFigure[]): ObservatoryFinding[] {
  return numbersOf(figures, "growth").flatMap((growth) => {
    if (growth.measure.kind !== "times") return [];
    const after = amountsOf(figures, "share", "level").find(
      (figure) =>
        figure.publication === growth.publication &&
        figure.when.from === growth.when.from &&
        (figure.about.member === growth.about.topic || sameSeries(figure, growth)),
    );
    const threefold = after ? after.amount.value / growth.amount.value : null;
    const increased = after ? after.amount.value / (1 + growth.amount.value) : null;
    const before =
      threefold === null || increased === null
        ? ""
        : `${show(threefold)} / ${show(increased)} ${after!.unit}`;
    return [
      finding("ambiguousMultiple", "warning", after ? [growth, after] : [growth], null, after?.unit ?? "", {
        en: `${cite(growth)}: "${growth.value} times" can mean ×${growth.value} or +${100 * growth.amount.value} %${before && `; the earlier value was ${before}`}.`,
        zh: `${cite(growth)}：“${growth.value} 倍”可指变为 ${growth.value} 倍或增加 ${growth.value} 倍${before && `；此前的值为 ${before}`}。`,
      }),
    ];
  });
}

const ambiguities =
  /ambiguous|called .+ in turn|lost in the text|by order of the text layer|有歧义|口径不明/iu;

/** Notes that say the source itself is unclear, one finding per publication and remark. */
export function checkStatedAmbiguities(figures: readonly ReadFigure[]): ObservatoryFinding[] {
  const groups = Map.groupBy(
    figures.filter((figure) => ambiguities.test(figure.note)),
    (figure) => `${figure.publication}\u0000${figure.note}`,
  );
  return [...groups.values()].map((group) =>
    finding("statedAmbiguity", "info", group, null, "", {
      en: `${group.map((figure) => figure.figure).join("; ")}: the record itself says "${group[0]!.note}"; show the remark with the value.`,
      zh: `${group.map((figure) => figure.figure).join("；")}：记录注明“${group[0]!.note}”；展示数值时应一并显示。`,
    }),
  );
}

/** A rounded value for a later time that is the rounding of an earlier count: probably not new. */
export function checkStaleValues(figures: readonly ReadFigure[]): ObservatoryFinding[] {
  const levels = numbersOf(figures, "level", "other");
  return levels.flatMap((rounded) =>
    levels.flatMap((earlier) => {
      const comparable =
        rounded.amount.kind === "about" &&
        earlier.amount.kind === "number" &&
        earlier.when.to <= rounded.when.from &&
        sameSeries(rounded, earlier) &&
        sameUnit(rounded.measure, earlier.measure);
      if (!comparable) return [];
      const { value } = inUnitOf(earlier, rounded);
      if (value < rounded.amount.low || value > rounded.amount.high) return [];
      return [
        finding("staleValue", "info", [rounded, earlier], [value, rounded.amount.value], rounded.unit, {
          en: `${cite(rounded)} (${rounded.value}) is what ${cite(earlier)} (${earlier.value}) rounds to: it may be the older count.`,
          zh: `${cite(rounded)}（${rounded.value}）恰为 ${cite(earlier)}（${earlier.value}）的取整：可能沿用了旧数据。`,
        }),
      ];
    }),
  );
}

const layers = ["iaas", "paas", "saas"];

/** A service cannot be more available than the layer it runs on, unless it spans several of them. */
export function checkLayers(figures: readonly ReadFigure[]): ObservatoryFinding[] {
  const rates = amountsOf(figures, "availability").filter((figure) => figure.measure.kind === "percent");
  const layerOf = (figure: ReadFigure) =>
    layers.findIndex((layer) => figure.figure.toLowerCase().includes(layer));
  return rates.flatMap((below) =>
    rates.flatMap((above) => {
      const stacked = layerOf(below) >= 0 && layerOf(above) > layerOf(below);
      const sameTime =
        below.publication === above.publication &&
        Math.floor(below.when.from) === Math.floor(above.when.from);
      if (!stacked || !sameTime || above.amount.low <= below.amount.high) return [];
      const hours = ((100 - below.amount.value) / 100) * 730;
      return [
        finding(
          "layerLessAvailable",
          "warning",
          [below, above],
          [above.amount.value, below.amount.value],
          "%",
          {
            en: `${cite(below)} of ${below.value} % (${show(hours)} hours of outage a month) is below ${cite(above)} of ${above.value} %, which runs on it: they cannot be measured alike.`,
            zh: `${cite(below)} 为 ${below.value}%（每月中断 ${show(hours)} 小时），低于运行其上的 ${cite(above)} 的 ${above.value}%：两者的测量方式不可能相同。`,
          },
        ),
      ];
    }),
  );
}
