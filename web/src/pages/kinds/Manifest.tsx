import type { AnyResource } from "@yunhe/kernel";
import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useCheck } from "../../api/check.ts";
import { yunhe } from "../../api/client.ts";
import { useKind } from "../../api/kinds.ts";
import { hasRole, useSession } from "../../api/session.ts";
import { CheckMark } from "../../ui/form/CheckMark.tsx";
import { useCauses } from "../../ui/form/causes.ts";
import styles from "../../ui/form/form.module.css";
import type { Plain } from "../../ui/form/paths.ts";
import { CopyButton } from "../../ui/Copy.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { Panel } from "../../ui/Page.tsx";
import { Problem } from "../../ui/Problem.tsx";
import { toast } from "../../ui/toast.tsx";
import { yamlOf } from "../../ui/yaml/manifest.ts";
import { useManifest } from "../../ui/yaml/use-manifest.ts";
import { YamlEditor } from "../../ui/yaml/YamlEditor.tsx";
import { commonWords } from "../../words/common.ts";
import { formWords } from "../../words/form.ts";
import { kindsWords } from "../../words/kinds.ts";
import { useSay } from "../../words/language.tsx";

interface ManifestProps {
  readonly kindKey: string;
  readonly object: AnyResource;
}

/** An object as YAML: to read, and, where it can be changed, to edit. */
export default function Manifest({ kindKey, object }: ManifestProps) {
  const say = useSay();
  const kind = useKind(kindKey);
  const session = useSession();
  const [edits, setEdits] = useState(false);
  const text = useMemo(() => yamlOf(shown(object)), [object]);
  if (edits) return <Editor kindKey={kindKey} object={object} onClose={() => setEdits(false)} />;
  const mayEdit = kind && !kind.readOnly && hasRole(session, "member", object.metadata.namespace);
  return (
    <Panel
      title={say(kindsWords.manifest)}
      flush
      actions={
        <>
          <CopyButton text={text} label={say(kindsWords.manifest)} />
          {mayEdit && (
            <Button size="compact-sm" variant="default" onClick={() => setEdits(true)}>
              {say(commonWords.edit)}
            </Button>
          )}
        </>
      }
    >
      <YamlEditor label={say(kindsWords.manifest)} text={text} />
    </Panel>
  );
}

/** Without what only machines keep: who set which field. */
function shown(object: AnyResource): Plain {
  const { managedFields: _kept, ...metadata } = object.metadata as AnyResource["metadata"] & {
    readonly managedFields?: unknown;
  };
  return { ...object, metadata };
}

/** What people write of an object, as text: the control plane's own writes of the status are no change of it. */
function written(object: AnyResource): string {
  const { status: _status, ...rest } = shown(object);
  return JSON.stringify({ ...rest, metadata: { ...(rest["metadata"] as object), resourceVersion: "" } });
}

/** The edited object on top of a newer version that differs in its status alone. */
const at = (edited: Plain, resourceVersion: string): Plain => ({
  ...edited,
  metadata: { ...(edited["metadata"] as object), resourceVersion },
});

function Editor({ kindKey, object, onClose }: ManifestProps & { readonly onClose: () => void }) {
  const say = useSay();
  const kind = useKind(kindKey)!;
  const { name, namespace } = object.metadata;
  const { status: _written, ...first } = shown(object);
  const manifest = useManifest(() => first);
  const resources = useMemo(() => yunhe.resources<AnyResource>(kind), [kind]);
  const [begunWith, setBegunWith] = useState(object);
  const isStale = written(begunWith) !== written(object);
  const edited = isStale ? manifest.object : at(manifest.object, object.metadata.resourceVersion);
  const replace = (dryRun: boolean) => resources.replace(namespace, name, edited, { dryRun });
  const isReady = manifest.touched && manifest.parsed.ok;
  const check = useCheck(isReady ? manifest.text : undefined, () => replace(true));
  const causes = useCauses(check, manifest.parsed);
  const saving = useMutation({
    mutationFn: () => replace(false),
    onSuccess: () => {
      toast(say(formWords.saved, { name }));
      onClose();
    },
  });
  const loadAgain = () => {
    setBegunWith(object);
    manifest.replace(first);
  };
  return (
    <div className={styles["form"]}>
      {isStale && (
        <Notice>
          {say(formWords.changedMeanwhile)}{" "}
          <Button size="compact-xs" variant="default" onClick={loadAgain}>
            {say(formWords.loadAgain)}
          </Button>
        </Notice>
      )}
      <Panel title={say(formWords.editTitle, { name })} flush>
        <YamlEditor
          label={say(formWords.manifest)}
          text={manifest.text}
          onChange={manifest.setText}
          marks={causes.marks}
        />
      </Panel>
      {kind.immutable.length > 0 && (
        <p className="soft small">{say(formWords.immutableNote, { fields: kind.immutable.join(", ") })}</p>
      )}
      <Problem error={saving.error} />
      <div className={styles["bottom"]}>
        <Button
          disabled={!isReady || causes.count > 0}
          loading={saving.isPending}
          onClick={() => saving.mutate()}
        >
          {say(commonWords.save)}
        </Button>
        <Button variant="default" onClick={onClose}>
          {say(formWords.reset)}
        </Button>
        {manifest.touched ? (
          <CheckMark check={check} count={causes.count} />
        ) : (
          <span className="soft small">{say(formWords.unchanged)}</span>
        )}
      </div>
    </div>
  );
}
