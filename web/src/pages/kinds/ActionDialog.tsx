import type { AnyResource } from "@yunhe/kernel";
import { type KindDescription, RequestFailed } from "@yunhe/client";
import { Button, Modal } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { yunhe } from "../../api/client.ts";
import { isPlain, type Plain, withValueAt } from "../../ui/form/paths.ts";
import { SchemaForm } from "../../ui/form/SchemaForm.tsx";
import { Problem, tell } from "../../ui/Problem.tsx";
import { Secret } from "../../ui/Secret.tsx";
import { toast } from "../../ui/toast.tsx";
import { yamlOf } from "../../ui/yaml/manifest.ts";
import { commonWords } from "../../words/common.ts";
import { kindsWords } from "../../words/kinds.ts";
import { useLanguage, useSay } from "../../words/language.tsx";

interface ActionDialogProps {
  readonly kind: KindDescription;
  readonly object: AnyResource;
  readonly action: string;
  readonly onClose: () => void;
}

/** Asks for what an action needs, does it, and shows what it answered when that is not the object itself. */
export function ActionDialog({ kind, object, action, onClose }: ActionDialogProps) {
  const say = useSay();
  const { language } = useLanguage();
  const [input, setInput] = useState<Plain>({});
  const { words, description, destructive, input: schema } = kind.actions[action]!;
  const resources = useMemo(() => yunhe.resources<AnyResource>(kind), [kind]);
  const { name, namespace } = object.metadata;
  const doing = useMutation({
    mutationFn: () => resources.act<Plain>(namespace, name, action, input),
    onSuccess: (answer) => {
      toast(say(kindsWords.actionDone, { action: words[language] }));
      if (!isNews(answer, kind)) onClose();
    },
  });
  const errorAt = (field: string): string | undefined =>
    doing.error instanceof RequestFailed
      ? tell(doing.error, language).where.find((each) => each.field === field)?.message
      : undefined;
  const answer = doing.data;
  return (
    <Modal
      opened
      onClose={onClose}
      title={`${words[language]}: ${name}`}
      size="lg"
      closeButtonProps={{ "aria-label": say(commonWords.close) }}
    >
      <div style={{ display: "grid", gap: 14 }}>
        {answer !== undefined && isNews(answer, kind) ? (
          <Answer answer={answer} />
        ) : (
          <>
            <p>{description[language]}</p>
            <SchemaForm
              schema={schema}
              object={input}
              path={[]}
              setAt={(path, value) => setInput((before) => withValueAt(before, path, value) as Plain)}
              errorAt={errorAt}
            />
            <Problem error={doing.error} />
          </>
        )}
        <div style={{ display: "flex", justifyContent: "flex-end", gap: 8 }}>
          <Button variant="default" onClick={onClose}>
            {say(commonWords.close)}
          </Button>
          {!doing.isSuccess && (
            <Button
              {...(destructive ? { color: "crown" } : {})}
              loading={doing.isPending}
              onClick={() => doing.mutate()}
            >
              {words[language]}
            </Button>
          )}
        </div>
      </div>
    </Modal>
  );
}

const isNews = (answer: unknown, kind: KindDescription): answer is Plain =>
  isPlain(answer) && answer["kind"] !== kind.kind;

/** Secrets and links are for copying; anything else is shown as it came. */
function Answer({ answer }: { readonly answer: Plain }) {
  const say = useSay();
  const secret = answer["token"] ?? answer["url"];
  if (typeof secret === "string") return <Secret label={say(kindsWords.actionAnswer)} text={secret} />;
  return <pre style={{ margin: 0, overflow: "auto" }}>{yamlOf(answer)}</pre>;
}
