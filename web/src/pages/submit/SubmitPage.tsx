import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { KindDescription } from "@yunhe/client";
import { useState } from "react";
import { isAboutFields, useCheck } from "../../api/check.ts";
import { kinds, yunhe } from "../../api/client.ts";
import { useKind } from "../../api/kinds.ts";
import type { Task } from "../../api/task.ts";
import { useWritableProject } from "../../shell/project.ts";
import { CheckMark } from "../../ui/form/CheckMark.tsx";
import { useCauses } from "../../ui/form/causes.ts";
import styles from "../../ui/form/form.module.css";
import { withoutDefaults } from "../../ui/form/defaults.ts";
import { type Path, type Plain, valueAt } from "../../ui/form/paths.ts";
import { Notice } from "../../ui/Notice.tsx";
import { scalarText } from "../../ui/form/shape.ts";
import { Page, Panel } from "../../ui/Page.tsx";
import { Problem } from "../../ui/Problem.tsx";
import { toast } from "../../ui/toast.tsx";
import { useManifest } from "../../ui/yaml/use-manifest.ts";
import { YamlEditor } from "../../ui/yaml/YamlEditor.tsx";
import { commonWords } from "../../words/common.ts";
import { formWords } from "../../words/form.ts";
import { submitWords } from "../../words/submit.ts";
import { useSay } from "../../words/language.tsx";
import { nameFor } from "./command.ts";
import { submitRoute } from "./route.ts";
import { TaskForm } from "./TaskForm.tsx";

const tasks = yunhe.resources<Task>(kinds.tasks);

export default function SubmitPage() {
  const say = useSay();
  const { from } = submitRoute.useSearch();
  const project = useWritableProject();
  const kind = useKind("tasks.compute.yunhe.dev");
  const [source, name] = [from?.split("/")[0] ?? "", from?.split("/").slice(1).join("/") ?? ""];
  const { data, error, isFetching } = useQuery({
    queryKey: ["copy", from],
    queryFn: () => tasks.get(source, name),
    enabled: from !== undefined,
    staleTime: Infinity,
  });
  if (from !== undefined && (isFetching || kind === undefined))
    return <Page title={say(submitWords.title)}>{say(commonWords.loading)}</Page>;
  return (
    <Page title={say(submitWords.title)} lead={say(submitWords.lead)}>
      <Problem error={error} />
      {data && <Notice tone="info">{say(submitWords.copyOf, { name })}</Notice>}
      <Submission key={from ?? "new"} first={data ? copyOf(data, kind) : blank(project)} />
    </Page>
  );
}

const blank = (project: string): Plain => ({
  apiVersion: "compute.yunhe.dev/v1",
  kind: "Task",
  metadata: { name: nameFor([], Math.random), namespace: project },
  spec: { command: [], resources: { cpus: 1, memory: "256Mi" } },
});

/** What was asked for then, under a new name. */
function copyOf({ metadata, spec }: Task, kind: KindDescription | undefined): Plain {
  const stem = metadata.name.replace(/-[0-9a-z]{4}$/, "");
  return {
    apiVersion: "compute.yunhe.dev/v1",
    kind: "Task",
    metadata: { name: nameFor([stem], Math.random), namespace: metadata.namespace },
    spec: withoutDefaults({ ...spec, cancelled: false }, kind?.schema.properties?.["spec"]),
  };
}

/** The form, the same as YAML beside it, and what the server says of both. */
function Submission({ first }: { readonly first: Plain }) {
  const say = useSay();
  const navigate = useNavigate();
  const manifest = useManifest(() => first);
  const [isNamed, setIsNamed] = useState(false);
  const [refused, setRefused] = useState<unknown>();
  const project = scalarText(valueAt(manifest.object, ["metadata", "namespace"])) || "default";
  const create = (dryRun: boolean) => tasks.create(project, manifest.object, { dryRun });
  const check = useCheck(manifest.touched && manifest.parsed.ok ? manifest.text : undefined, () =>
    create(true),
  );
  const causes = useCauses(refused === undefined ? check : { state: "bad", error: refused }, manifest.parsed);
  const submitting = useMutation({
    mutationFn: () => create(false),
    onMutate: () => setRefused(undefined),
    onError: (error) => setRefused(isAboutFields(error) ? error : undefined),
    onSuccess: ({ metadata }) => {
      toast(say(submitWords.submitted, { name: metadata.name }));
      void navigate({
        to: "/tasks/$namespace/$name",
        params: { namespace: metadata.namespace ?? project, name: metadata.name },
      });
    },
  });
  const setAt = (path: Path, value: unknown): void => {
    setRefused(undefined);
    if (path[0] === "metadata" && path[1] === "name") setIsNamed(true);
    manifest.setAt(path, value);
    // Until somebody names it, the name follows the command.
    if (path[1] === "command" && !isNamed && Array.isArray(value))
      manifest.setAt(["metadata", "name"], nameFor(value.map(String), suffixOf(manifest.object)));
  };
  return (
    <>
      <div className={styles["split"]}>
        <div className={styles["form"]}>
          <TaskForm project={project} object={manifest.object} setAt={setAt} errorAt={causes.at} />
        </div>
        <div className={styles["aside"]}>
          <Panel
            title={say(formWords.manifest)}
            actions={<span className="soft small">{say(formWords.manifestNote)}</span>}
            flush
          >
            <YamlEditor
              label={say(formWords.manifest)}
              text={manifest.text}
              onChange={manifest.setText}
              marks={causes.marks}
              minLines={18}
            />
          </Panel>
        </div>
      </div>
      {submitting.error && !isAboutFields(submitting.error) && <Problem error={submitting.error} />}
      <div className={styles["bottom"]}>
        <Button
          loading={submitting.isPending}
          disabled={!manifest.parsed.ok}
          onClick={() => submitting.mutate()}
        >
          {say(submitWords.submit)}
        </Button>
        <CheckMark check={check} count={causes.count} />
      </div>
    </>
  );
}

/** The same four characters again while the command is being written: the name does not flicker. */
function suffixOf(object: Plain): () => number {
  const name = scalarText(valueAt(object, ["metadata", "name"]));
  const suffix = Number.parseInt(name.slice(-4), 36);
  return () => (Number.isFinite(suffix) ? (suffix + 0.5) / 36 ** 4 : Math.random());
}
