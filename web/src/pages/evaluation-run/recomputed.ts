import { queryOptions } from "@tanstack/react-query";
import type { Bundle, EntityProfile, RankTarget } from "@yunhe/evaluation";
import { yunhe } from "../../api/client.ts";
import { exportPath } from "../evaluation/api.ts";

/** The evaluation computed again in the browser from its bundle, for questions that the stored result does not answer. */
export interface Recomputed {
  readonly profile: (index: string, period: string, entity: string) => EntityProfile | undefined;
  /** The smallest changes that reach a rank. */
  readonly reach: (index: string, period: string, entity: string, rank: number) => RankTarget;
}

export const recomputedQuery = (project: string, run: string, sha256: string) =>
  queryOptions({
    queryKey: ["evaluation-recomputed", project, run, sha256],
    queryFn: async ({ signal }): Promise<Recomputed> => {
      const [library, bundle] = await Promise.all([
        import("@yunhe/evaluation"),
        yunhe.transport.json<Bundle>(exportPath(project, run, "bundle", "en"), { signal }),
      ]);
      const specification = library.readSpecification(bundle.specification as object);
      const data = library.readDataFile(specification, bundle.data as object);
      const { tables } = library.compute(specification, data, bundle.request.options);
      const extensions = bundle.request.options?.extensions;
      return {
        profile: (index, period, entity) => {
          const table = tables.find(
            (each) => each.period === period && each.indices.some((scores) => scores.index.id === index),
          );
          return table && library.profileOf(table, index, entity);
        },
        reach: (index, period, entity, rank) =>
          library.changesToReachRank(specification, data, { index, period, extensions }, entity, rank),
      };
    },
    staleTime: Infinity,
  });
