import { Button, Checkbox } from "@mantine/core";
import { useMemo, useState } from "react";
import { kinds, yunhe } from "../../api/client.ts";
import { useLive } from "../../api/live.ts";
import { useSession } from "../../api/session.ts";
import { Confirm } from "../../ui/Confirm.tsx";
import { DataTable, type TableColumn } from "../../ui/DataTable.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { LiveMark } from "../../ui/LiveMark.tsx";
import { Empty } from "../../ui/Notice.tsx";
import { Page, Panel } from "../../ui/Page.tsx";
import { State } from "../../ui/State.tsx";
import { Ago, useTicking, When } from "../../ui/Time.tsx";
import { toast } from "../../ui/toast.tsx";
import { accessWords } from "../../words/access.ts";
import { commonWords } from "../../words/common.ts";
import { stateWords } from "../../words/states.ts";
import { useSay } from "../../words/language.tsx";
import { IssueToken } from "./IssueToken.tsx";
import { stateOfToken, subjectText, type Token } from "./token.ts";

export default function TokensPage() {
  const say = useSay();
  const live = useLive<Token>(kinds.tokens);
  const [issues, setIssues] = useState(false);
  const [withEnded, setWithEnded] = useState(false);
  const [revoked, setRevoked] = useState<Token>();
  const columns = useTokenColumns(setRevoked);
  const nowMs = useTicking((now) => now - (now % 10_000));
  const shown = live.items.filter((token) => withEnded || stateOfToken(token, nowMs) === "valid");
  const issue = (
    <Button leftSection={<Icon name="plus" />} onClick={() => setIssues(true)}>
      {say(accessWords.issue)}
    </Button>
  );
  return (
    <Page
      title={say(accessWords.tokens)}
      lead={say(accessWords.tokensLead)}
      beside={<LiveMark live={live} />}
      actions={issue}
    >
      <Checkbox
        label={say(accessWords.showEnded)}
        checked={withEnded}
        onChange={(event) => setWithEnded(event.currentTarget.checked)}
      />
      <Panel flush>
        <DataTable
          label={say(accessWords.tokens)}
          columns={columns}
          rows={shown}
          loading={live.state === "loading"}
          rowKey={({ metadata }) => metadata.uid}
          firstSort={{ id: "age", descending: true }}
          empty={
            <Empty icon="token" title={say(accessWords.noTokens)} actions={issue}>
              {say(accessWords.noTokensBody)}
            </Empty>
          }
        />
      </Panel>
      {issues && <IssueToken onClose={() => setIssues(false)} />}
      {revoked && <Revoke token={revoked} onClose={() => setRevoked(undefined)} />}
    </Page>
  );
}

function useTokenColumns(revoke: (token: Token) => void): readonly TableColumn<Token>[] {
  const say = useSay();
  const mine = useSession()?.principal.tokenName;
  return useMemo(
    () => [
      {
        id: "name",
        label: say(commonWords.name),
        main: true,
        order: ({ metadata }) => metadata.name,
        cell: ({ metadata, spec }) => (
          <>
            {spec.description ?? metadata.name}
            {metadata.name === mine && <span className="soft small"> · {say(accessWords.thisSession)}</span>}
            {spec.description !== undefined && <span className="soft small"> {metadata.name}</span>}
          </>
        ),
      },
      { id: "subject", label: say(accessWords.subject), order: subjectText, cell: subjectText },
      {
        id: "type",
        label: say(accessWords.type),
        order: ({ spec }) => spec.type,
        cell: ({ spec }) => say(stateWords[spec.type]!),
      },
      {
        id: "begins",
        label: say(accessWords.begins),
        wideOnly: true,
        cell: ({ status }) => <code>{status?.prefix}</code>,
      },
      {
        id: "state",
        label: say(commonWords.status),
        cell: (token) => <State state={stateOfToken(token, Date.now())} />,
      },
      {
        id: "expires",
        label: say(accessWords.expires),
        order: ({ spec }) => Date.parse(spec.expiresAt),
        cell: ({ spec }) => <When time={spec.expiresAt} />,
      },
      {
        id: "used",
        label: say(accessWords.lastUsed),
        cell: ({ status }) => <LastUsed time={status?.lastUsedAt} />,
      },
      {
        id: "age",
        label: say(commonWords.created),
        order: ({ metadata }) => Date.parse(metadata.creationTimestamp),
        cell: ({ metadata }) => <Ago time={metadata.creationTimestamp} />,
      },
      {
        id: "revoke",
        label: "",
        align: "end",
        cell: (token) =>
          stateOfToken(token, Date.now()) === "valid" ? (
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => revoke(token)}
              aria-label={`${say(accessWords.revoke)} ${token.metadata.name}`}
            >
              {say(accessWords.revoke)}
            </Button>
          ) : null,
      },
    ],
    [say, revoke, mine],
  );
}

function Revoke({ token, onClose }: { readonly token: Token; readonly onClose: () => void }) {
  const say = useSay();
  const session = useSession();
  const { name } = token.metadata;
  return (
    <Confirm
      title={`${say(accessWords.revoke)}: ${name}`}
      action={say(accessWords.revoke)}
      act={() => yunhe.resources<Token>(kinds.tokens).act(undefined, name, "revoke")}
      onClose={onClose}
      onDone={() => toast(say(accessWords.revoked, { name }))}
    >
      <p>{say(accessWords.revokeAsk, { name })}</p>
      {session?.principal.tokenName === name && (
        <p>
          <b>{say(accessWords.revokeOwn)}</b>
        </p>
      )}
    </Confirm>
  );
}

/** Kept to the hour alone. */
function LastUsed({ time }: { readonly time: string | undefined }) {
  const say = useSay();
  const isNow =
    useTicking((nowMs) => (time !== undefined && nowMs - Date.parse(time) < 3_600_000 ? 1 : 0)) === 1;
  return isNow ? <>{say(accessWords.thisHour)}</> : <Ago time={time} />;
}
