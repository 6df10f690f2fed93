import type { Requirements } from "../engine/shape.ts";
import {
  cheapestScore,
  dataScore,
  fastestStartScore,
  labelScore,
  lowestCarbonScore,
  movingScore,
  nearScore,
} from "./places.ts";
import type { Policy } from "./policy.ts";
import { affinityScore } from "./spread.ts";

/** The terms that a task's own wishes add to its queue's policy; none for a task without wishes. */
export function preferenceTerms({ preferences = {}, affinity }: Requirements): Policy["terms"] {
  const { cheap, fastStart, lowCarbon, near, data, labels } = preferences;
  const terms = [
    { weight: cheap, scorer: cheapestScore },
    { weight: fastStart, scorer: fastestStartScore },
    { weight: lowCarbon, scorer: lowestCarbonScore },
    { weight: near?.weight, scorer: near && nearScore(near.point) },
    { weight: data?.weight, scorer: data && dataScore(data.names) },
    { weight: data?.moving?.weight, scorer: data?.moving && movingScore(data.moving.hours) },
    { weight: labels?.weight, scorer: labels && labelScore(labels.labels) },
    { weight: affinity?.weight, scorer: affinity && affinityScore },
  ];
  return terms.flatMap(({ weight, scorer }) => (weight && scorer ? [{ weight, scorer }] : []));
}
