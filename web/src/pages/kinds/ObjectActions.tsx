import type { AnyResource } from "@yunhe/kernel";
import type { KindDescription } from "@yunhe/client";
import { Button } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { kindKey, yunhe } from "../../api/client.ts";
import { hasRole, useSession } from "../../api/session.ts";
import { Confirm } from "../../ui/Confirm.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { toast } from "../../ui/toast.tsx";
import { commonWords } from "../../words/common.ts";
import { kindsWords } from "../../words/kinds.ts";
import { useLanguage, useSay } from "../../words/language.tsx";
import { ActionDialog } from "./ActionDialog.tsx";

/** Kinds whose deletion takes much else along: their name must be typed first. */
const farReaching = new Set([
  "projects.identity.yunhe.dev",
  "pools.compute.yunhe.dev",
  "users.identity.yunhe.dev",
]);

/** The kind's own actions, and delete. */
export function ObjectActions({
  kind,
  object,
}: {
  readonly kind: KindDescription;
  readonly object: AnyResource;
}) {
  const say = useSay();
  const { language } = useLanguage();
  const session = useSession();
  const navigate = useNavigate();
  const [asked, setAsked] = useState<string>();
  const [deletes, setDeletes] = useState(false);
  const resources = useMemo(() => yunhe.resources<AnyResource>(kind), [kind]);
  const { name, namespace } = object.metadata;
  if (!hasRole(session, "member", namespace)) return null;
  const onDeleted = (): void => {
    toast(say(kindsWords.deleted, { name }));
    void navigate({ to: "/kinds/$kind", params: { kind: kindKey(kind) } });
  };
  return (
    <>
      {Object.entries(kind.actions).map(([action, { words, destructive }]) => (
        <Button
          key={action}
          variant={destructive ? "outline" : "default"}
          {...(destructive ? { color: "crown" } : {})}
          onClick={() => setAsked(action)}
        >
          {words[language]}
        </Button>
      ))}
      <Button variant="default" leftSection={<Icon name="trash" />} onClick={() => setDeletes(true)}>
        {say(commonWords.delete)}
      </Button>
      {asked !== undefined && (
        <ActionDialog kind={kind} object={object} action={asked} onClose={() => setAsked(undefined)} />
      )}
      {deletes && (
        <Confirm
          title={`${say(commonWords.delete)}: ${name}`}
          action={say(commonWords.delete)}
          typeName={farReaching.has(kindKey(kind)) ? name : undefined}
          act={() => resources.delete(namespace, name)}
          onClose={() => setDeletes(false)}
          onDone={onDeleted}
        >
          {say(kindsWords.deleteAsk, { name })}
        </Confirm>
      )}
    </>
  );
}
