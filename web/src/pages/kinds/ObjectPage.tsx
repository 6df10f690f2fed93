import type { AnyResource } from "@yunhe/kernel";
import type { KindDescription } from "@yunhe/client";
import { Tabs } from "@mantine/core";
import { lazy, Suspense } from "react";
import { kindKey } from "../../api/client.ts";
import { useKind } from "../../api/kinds.ts";
import { useLiveObject } from "../../api/live.ts";
import { Back } from "../../ui/Back.tsx";
import { LiveMark } from "../../ui/LiveMark.tsx";
import { Empty, Notice } from "../../ui/Notice.tsx";
import { Page } from "../../ui/Page.tsx";
import { State } from "../../ui/State.tsx";
import { commonWords } from "../../words/common.ts";
import { kindsWords } from "../../words/kinds.ts";
import { useFormats, useLanguage, useSay } from "../../words/language.tsx";
import type { Queue } from "../queue/amounts.ts";
import Events from "./Events.tsx";
import Manifest from "./Manifest.tsx";
import { ObjectActions } from "./ObjectActions.tsx";
import { ObjectDetails } from "./ObjectDetails.tsx";
import { objectRoute } from "./routes.ts";

const QueueUse = lazy(() => import("../queue/QueueUse.tsx"));

export default function ObjectPage() {
  const say = useSay();
  const { kind: key, namespace, name } = objectRoute.useParams();
  const kind = useKind(key);
  return kind ? (
    <ObjectOf
      key={`${key}/${namespace}/${name}`}
      kind={kind}
      namespace={namespace === "-" ? undefined : namespace}
      name={name}
    />
  ) : (
    <Page title={name}>{say(commonWords.loading)}</Page>
  );
}

interface ObjectOfProps {
  readonly kind: KindDescription;
  readonly namespace: string | undefined;
  readonly name: string;
}

function ObjectOf({ kind, namespace, name }: ObjectOfProps) {
  const say = useSay();
  const { language } = useLanguage();
  const live = useLiveObject(kind, namespace, name);
  const object = live.item;
  const word = kind.words[language];
  return (
    <Page
      title={name}
      before={
        <Back to="/kinds/$kind" params={{ kind: kindKey(kind) }}>
          {word}
        </Back>
      }
      beside={
        <>
          {object && <ReadyState object={object} />}
          <LiveMark live={live} />
        </>
      }
      actions={object && <ObjectActions kind={kind} object={object} />}
    >
      {live.missing && <Empty icon="search" title={say(kindsWords.noObjectTitle, { kind: word, name })} />}
      {object && <Body kind={kind} object={object} />}
    </Page>
  );
}

function Body({ kind, object }: { readonly kind: KindDescription; readonly object: AnyResource }) {
  const say = useSay();
  const { dateTime } = useFormats();
  const { deletionTimestamp } = object.metadata;
  return (
    <>
      {deletionTimestamp !== undefined && (
        <Notice>{say(kindsWords.deleting, { time: dateTime(deletionTimestamp) })}</Notice>
      )}
      <Tabs defaultValue="details" keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="details">{say(kindsWords.details)}</Tabs.Tab>
          <Tabs.Tab value="manifest">{say(kindsWords.manifest)}</Tabs.Tab>
          <Tabs.Tab value="events">{say(kindsWords.events)}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="details">
          {kindKey(kind) === "queues.compute.yunhe.dev" && (
            <Suspense fallback={<p className="soft">{say(commonWords.loading)}</p>}>
              <QueueUse queue={object as Queue} />
            </Suspense>
          )}
          <ObjectDetails kind={kind} object={object} />
        </Tabs.Panel>
        <Tabs.Panel value="manifest">
          <Manifest kindKey={kindKey(kind)} object={object} />
        </Tabs.Panel>
        <Tabs.Panel value="events">
          <Events object={object} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

/** Ready or not, or the phase, where the object says so. */
function ReadyState({ object }: { readonly object: AnyResource }) {
  const status = object["status"] as
    | { readonly phase?: string; readonly conditions?: readonly { type: string; status: string }[] }
    | undefined;
  const ready = status?.conditions?.find(({ type }) => type === "Ready")?.status;
  const state = status?.phase ?? (ready === undefined ? undefined : ready === "True" ? "Ready" : "NotReady");
  return state === undefined ? null : <State state={state} />;
}
