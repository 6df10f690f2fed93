import { readFleet, searchIdentifiers } from "@yunhe/client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { yunhe } from "./client.ts";

/** The server measures the fleet every five seconds; asking more often would show nothing new over time. */
const everyMs = 5000;

export const useFleet = () =>
  useQuery({
    queryKey: ["fleet"],
    queryFn: ({ signal }) => readFleet(yunhe.transport, signal),
    refetchInterval: everyMs,
  });

export const useIdentifiers = (query: Readonly<Record<string, string>>) =>
  useQuery({
    queryKey: ["identifiers", query],
    queryFn: ({ signal }) => searchIdentifiers(yunhe.transport, query, signal),
    placeholderData: keepPreviousData,
    refetchInterval: everyMs * 2,
  });
