import { Button, Tabs } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useRef } from "react";
import { yunhe } from "../../api/client.ts";
import { useWritableProject } from "../../shell/project.ts";
import { Icon } from "../../ui/Icon.tsx";
import { Page } from "../../ui/Page.tsx";
import { Problem } from "../../ui/Problem.tsx";
import { toast } from "../../ui/toast.tsx";
import { commonWords } from "../../words/common.ts";
import { observatoryWords as words } from "../../words/evaluation-observatory.ts";
import { useSay } from "../../words/language.tsx";
import type { Words } from "../../words/words.ts";
import { figuresPath } from "../evaluation/api.ts";
import { Calculator } from "./Calculator.tsx";
import { Contradictions } from "./Contradictions.tsx";
import { observatoryQuery } from "./data.ts";
import { Figures } from "./Figures.tsx";
import { observatoryRoute, observatoryTabs } from "./route.ts";
import { SeriesChart } from "./SeriesChart.tsx";

const tabWords: Readonly<Record<(typeof observatoryTabs)[number], Words>> = {
  findings: words.tabFindings,
  figures: words.tabFigures,
  series: words.tabSeries,
  calculator: words.tabCalculator,
};

/** Published figures of the market: what they are, where they are from, what contradicts what. */
export default function ObservatoryPage() {
  const say = useSay();
  const navigate = useNavigate();
  const project = useWritableProject();
  const { tab = "findings" } = observatoryRoute.useSearch();
  const { data, error, refetch } = useQuery(observatoryQuery(project));
  return (
    <Page title={say(words.title)} lead={say(words.lead)} actions={<ImportFigures project={project} />}>
      <Problem error={error} onRetry={() => void refetch()} />
      <Tabs
        value={tab}
        onChange={(value) =>
          void navigate({ to: ".", search: (before) => ({ ...before, tab: value }) as never, replace: true })
        }
        keepMounted={false}
      >
        <Tabs.List>
          {observatoryTabs.map((each) => (
            <Tabs.Tab key={each} value={each}>
              {say(tabWords[each])}
              {each === "figures" && data ? ` ${data.figures.length}` : ""}
              {each === "findings" && data ? ` ${data.findings.length}` : ""}
            </Tabs.Tab>
          ))}
        </Tabs.List>
      </Tabs>
      {!data && !error && tab !== "calculator" && <p className="soft">{say(commonWords.loading)}</p>}
      {data && tab === "figures" && <Figures figures={data.figures} />}
      {data && tab === "findings" && <Contradictions findings={data.findings} figures={data.figures} />}
      {data && tab === "series" && <SeriesChart series={data.series} figures={data.figures} />}
      {tab === "calculator" && <Calculator />}
    </Page>
  );
}

function ImportFigures({ project }: { readonly project: string }) {
  const say = useSay();
  const client = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const upload = useMutation({
    mutationFn: (file: File) =>
      yunhe.transport.json<{ created: number; known: number }>(figuresPath(project, file.name), {
        method: "POST",
        body: file,
        contentType: "text/csv",
      }),
    onSuccess: (counts) => {
      toast(say(words.imported, counts));
      void client.invalidateQueries({ queryKey: ["observatory"] });
    },
  });
  return (
    <>
      <Problem error={upload.error} />
      <input
        ref={input}
        type="file"
        accept=".csv"
        hidden
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file) upload.mutate(file);
          event.currentTarget.value = "";
        }}
      />
      <Button
        variant="default"
        leftSection={<Icon name="upload" />}
        loading={upload.isPending}
        onClick={() => input.current?.click()}
      >
        {say(words.import)}
      </Button>
    </>
  );
}
