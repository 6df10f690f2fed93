import type { AnyResource } from "@yunhe/kernel";
import { type KindDescription } from "@yunhe/client";
import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { isAboutFields, useCheck } from "../../api/check.ts";
import { kindKey, yunhe } from "../../api/client.ts";
import { useKind } from "../../api/kinds.ts";
import { useProjects, useWritableProject } from "../../shell/project.ts";
import { Back } from "../../ui/Back.tsx";
import { CheckMark } from "../../ui/form/CheckMark.tsx";
import { useCauses } from "../../ui/form/causes.ts";
import { TextField } from "../../ui/form/Field.tsx";
import styles from "../../ui/form/form.module.css";
import { type Plain, valueAt } from "../../ui/form/paths.ts";
import { SchemaForm } from "../../ui/form/SchemaForm.tsx";
import { scalarText } from "../../ui/form/shape.ts";
import { Page, Panel } from "../../ui/Page.tsx";
import { Problem } from "../../ui/Problem.tsx";
import { Select } from "../../ui/Select.tsx";
import { toast } from "../../ui/toast.tsx";
import { yamlOf } from "../../ui/yaml/manifest.ts";
import { useManifest } from "../../ui/yaml/use-manifest.ts";
import { YamlEditor } from "../../ui/yaml/YamlEditor.tsx";
import { commonWords } from "../../words/common.ts";
import { formWords } from "../../words/form.ts";
import { kindsWords } from "../../words/kinds.ts";
import { useLanguage, useSay } from "../../words/language.tsx";
import { kindCreateRoute } from "./routes.ts";

export default function CreatePage() {
  const say = useSay();
  const { kind: key } = kindCreateRoute.useParams();
  const kind = useKind(key);
  return kind ? <CreateForm key={key} kind={kind} /> : <Page title={key}>{say(commonWords.loading)}</Page>;
}

/** A form made from the kind's schema, and the same as YAML beside it. */
function CreateForm({ kind }: { readonly kind: KindDescription }) {
  const say = useSay();
  const { language } = useLanguage();
  const navigate = useNavigate();
  const project = useWritableProject();
  const manifest = useManifest(() => blank(kind, project));
  const resources = useMemo(() => yunhe.resources<AnyResource>(kind), [kind]);
  const namespace = scalarText(valueAt(manifest.object, ["metadata", "namespace"])) || project;
  const name = scalarText(valueAt(manifest.object, ["metadata", "name"]));
  const create = (dryRun: boolean) =>
    resources.create(kind.namespaced ? namespace : undefined, manifest.object, { dryRun });
  const check = useCheck(manifest.touched && manifest.parsed.ok ? manifest.text : undefined, () =>
    create(true),
  );
  const [tried, setTried] = useState<unknown>();
  const causes = useCauses(tried === undefined ? check : { state: "bad", error: tried }, manifest.parsed);
  const creating = useMutation({
    mutationFn: () => create(false),
    onMutate: () => setTried(undefined),
    onError: (error) => setTried(isAboutFields(error) ? error : undefined),
    onSuccess: (made) => {
      toast(say(formWords.created, { name: made.metadata.name }));
      const params = {
        kind: kindKey(kind),
        namespace: made.metadata.namespace ?? "-",
        name: made.metadata.name,
      };
      void navigate({ to: "/kinds/$kind/$namespace/$name", params });
    },
  });
  const setAt: typeof manifest.setAt = (path, value) => {
    setTried(undefined);
    manifest.setAt(path, value);
  };
  const example = (): void => manifest.setText(exampleText(kind, project, name));
  const parts = Object.entries(kind.schema.properties ?? {}).filter(([part]) => part !== "status");
  return (
    <Page
      title={say(kindsWords.createKind, { kind: kind.words[language] })}
      lead={kind.description[language]}
      before={
        <Back to="/kinds/$kind" params={{ kind: kindKey(kind) }}>
          {kind.words[language]}
        </Back>
      }
      actions={
        <Button variant="default" onClick={example}>
          {say(formWords.example)}
        </Button>
      }
    >
      <div className={styles["split"]}>
        <Panel>
          <div className={styles["form"]}>
            <TextField
              label={say(formWords.name)}
              description={say(formWords.nameHint)}
              error={causes.at("metadata.name")}
              required
              mono
              autoFocus
              value={name}
              onChange={(text) => setAt(["metadata", "name"], text)}
            />
            {kind.namespaced && (
              <ProjectField value={namespace} onChange={(next) => setAt(["metadata", "namespace"], next)} />
            )}
            {parts.map(([part, schema]) => (
              <SchemaForm
                key={part}
                schema={schema}
                object={manifest.object}
                path={[part]}
                setAt={setAt}
                errorAt={causes.at}
              />
            ))}
          </div>
        </Panel>
        <div className={styles["aside"]}>
          <Panel title={say(formWords.manifest)} flush>
            <YamlEditor
              label={say(formWords.manifest)}
              text={manifest.text}
              onChange={manifest.setText}
              marks={causes.marks}
            />
          </Panel>
        </div>
      </div>
      {creating.error && !isAboutFields(creating.error) && <Problem error={creating.error} />}
      <div className={styles["bottom"]}>
        <Button loading={creating.isPending} disabled={!manifest.parsed.ok} onClick={() => creating.mutate()}>
          {say(commonWords.create)}
        </Button>
        <CheckMark check={check} count={causes.count} />
      </div>
    </Page>
  );
}

export function ProjectField({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (project: string) => void;
}) {
  const say = useSay();
  const projects = useProjects();
  const names = projects.includes(value) ? projects : [value, ...projects];
  return (
    <Select
      label={say(commonWords.project)}
      value={value}
      options={names.map((name) => ({ value: name, label: name }))}
      onChange={onChange}
    />
  );
}

const blank = (kind: KindDescription, project: string): Plain => ({
  apiVersion: kind.apiVersion,
  kind: kind.kind,
  metadata: { name: "", ...(kind.namespaced ? { namespace: project } : {}) },
  spec: {},
});

/** The kind's own example, under the name and in the project of the form. */
function exampleText(kind: KindDescription, project: string, name: string): string {
  const { metadata, ...rest } = kind.example as { readonly metadata: Plain } & Plain;
  const place = kind.namespaced ? { namespace: project } : {};
  const { apiVersion, kind: called, ...fields } = rest as Plain;
  return yamlOf({
    apiVersion,
    kind: called,
    metadata: { ...metadata, ...place, ...(name === "" ? {} : { name }) },
    ...fields,
  });
}
