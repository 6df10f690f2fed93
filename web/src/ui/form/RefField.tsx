import type { AnyResource } from "@yunhe/kernel";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { yunhe } from "../../api/client.ts";
import { useKind } from "../../api/kinds.ts";
import { TextField } from "./Field.tsx";
import { valueAt } from "./paths.ts";

interface RefFieldProps {
  readonly kind: string;
  readonly object: unknown;
  readonly label: ReactNode;
  readonly description?: string | undefined;
  readonly error?: string | undefined;
  readonly required: boolean;
  readonly value: string;
  readonly onChange: (text: string) => void;
}

/** The name of another object; offers those that are there. */
export function RefField({ kind: key, object, ...field }: RefFieldProps) {
  const namespace = valueAt(object, ["metadata", "namespace"]);
  const suggestions = useNames(key, typeof namespace === "string" ? namespace : undefined);
  return <TextField {...field} mono suggestions={suggestions} />;
}

/** Names of the objects of a kind, as many as one page has. */
export function useNames(kindKey: string, namespace: string | undefined): readonly string[] {
  const kind = useKind(kindKey);
  const { data } = useQuery({
    queryKey: ["names", kindKey, namespace],
    queryFn: () => yunhe.resources<AnyResource>(kind!).list({ namespace, limit: 200 }),
    enabled: kind !== undefined,
    staleTime: 15_000,
  });
  return (data?.items ?? []).map(({ metadata }) => metadata.name);
}
