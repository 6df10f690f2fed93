import { queryOptions, useQueryClient } from "@tanstack/react-query";
import type { Bundle } from "@yunhe/evaluation";
import { useEffect, useState } from "react";
import { yunhe } from "../../../api/client.ts";
import { exportPath } from "../../evaluation/api.ts";
import type { Answer, Ask, Topic } from "./questions.ts";
import { Workbench } from "./workbench.ts";

/** The finished evaluation that a page is about. */
export interface RunAddress {
  readonly project: string;
  readonly run: string;
  readonly sha256: string;
}

const bundleQuery = ({ project, run, sha256 }: RunAddress) =>
  queryOptions({
    queryKey: ["evaluation-bundle", project, run, sha256],
    queryFn: ({ signal }) =>
      yunhe.transport.json<Bundle>(exportPath(project, run, "bundle", "en"), { signal }),
    staleTime: Infinity,
  });

interface Opened {
  readonly bench?: Workbench;
  readonly bundle?: Bundle;
  readonly error?: unknown;
}

/** The evaluation opened in a thread of its own, as long as the page stands. */
export function useWorkbench({ project, run, sha256 }: RunAddress): Opened {
  const client = useQueryClient();
  const [opened, setOpened] = useState<Opened>({});
  useEffect(() => {
    let bench: Workbench | undefined;
    let current = true;
    const open = async (): Promise<void> => {
      try {
        const bundle = await client.ensureQueryData(bundleQuery({ project, run, sha256 }));
        if (!current) return;
        bench = new Workbench(bundle);
        setOpened({ bench, bundle });
      } catch (error) {
        if (current) setOpened({ error });
      }
    };
    void open();
    return () => {
      current = false;
      bench?.close();
    };
  }, [client, project, run, sha256]);
  return opened;
}

/** One question, asked again when it changes; the last answer stays until the next one is there. */
export function useAnswer<T extends Topic>(
  bench: Workbench | undefined,
  topic: T,
  question: Ask<T> | undefined,
): { readonly answer: Answer<T> | undefined; readonly error: unknown } {
  const [state, setState] = useState<{ answer?: Answer<T> | undefined; error?: unknown }>({});
  const key = JSON.stringify(question);
  useEffect(() => {
    if (!bench || key === undefined) return undefined;
    let current = true;
    bench.ask(topic, JSON.parse(key) as Ask<T>).then(
      (answer) => current && setState({ answer }),
      (error: unknown) => current && setState({ error }),
    );
    return () => {
      current = false;
    };
  }, [bench, topic, key]);
  return { answer: state.answer, error: state.error };
}
