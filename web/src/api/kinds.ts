import type { KindDescription } from "@yunhe/client";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { kindKey, yunhe } from "./client.ts";

export const kindsQuery = queryOptions({
  queryKey: ["kinds"],
  queryFn: () => yunhe.kinds(),
  staleTime: Infinity,
});

/** Every kind of the server, as it describes itself. */
export const useKinds = (): readonly KindDescription[] => useQuery(kindsQuery).data ?? [];

/** The kind of an address; undefined while kinds load and when there is none. */
export const useKind = (key: string): KindDescription | undefined =>
  useKinds().find((kind) => kindKey(kind) === key);
