import type { AnyResource } from "@yunhe/kernel";
import type { KindDescription } from "@yunhe/client";
import { Facts } from "../../ui/Facts.tsx";
import { isPlain } from "../../ui/form/paths.ts";
import { Panel } from "../../ui/Page.tsx";
import { State } from "../../ui/State.tsx";
import { Ago } from "../../ui/Time.tsx";
import { commonWords } from "../../words/common.ts";
import { kindsWords } from "../../words/kinds.ts";
import { useLanguage, useSay } from "../../words/language.tsx";
import { Fields } from "./Fields.tsx";
import styles from "./kinds.module.css";

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly message?: string;
  readonly messageZh?: string;
  readonly lastTransitionTime?: string;
}

/** Every field of an object with its value, by the parts of its kind; conditions as sentences. */
export function ObjectDetails({
  kind,
  object,
}: {
  readonly kind: KindDescription;
  readonly object: AnyResource;
}) {
  const status = object["status"];
  const conditions = isPlain(status) ? status["conditions"] : undefined;
  const parts = Object.entries(kind.schema.properties ?? {}).filter(([name]) => object[name] !== undefined);
  return (
    <div className={styles["details"]}>
      {Array.isArray(conditions) && conditions.length > 0 && (
        <Conditions conditions={conditions as readonly Condition[]} />
      )}
      {parts
        .filter(([name]) => name !== "status")
        .map(([name, schema]) => (
          <Panel key={name} title={<code>{name}</code>}>
            <Fields value={object[name]} schema={schema} />
          </Panel>
        ))}
      <Metadata object={object} />
      {isPlain(status) && (
        <div className={styles["wide"]}>
          <Panel title={<code>status</code>}>
            <Fields value={status} schema={kind.schema.properties?.["status"]} />
          </Panel>
        </div>
      )}
    </div>
  );
}

function Metadata({ object: { metadata } }: { readonly object: AnyResource }) {
  const say = useSay();
  const labels = Object.entries(metadata.labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return (
    <Panel title={<code>metadata</code>}>
      <Facts
        facts={[
          { name: say(commonWords.project), value: metadata.namespace },
          { name: say(commonWords.created), value: <Ago time={metadata.creationTimestamp} /> },
          { name: say(kindsWords.labels), value: labels.join(", ") },
          {
            name: say(kindsWords.owner),
            value: metadata.ownerReferences?.map((owner) => `${owner.kind} ${owner.name}`).join(", "),
          },
          { name: say(kindsWords.generation), value: metadata.generation },
          { name: say(kindsWords.version), value: metadata.resourceVersion },
          { name: say(kindsWords.uid), value: <code>{metadata.uid}</code> },
        ]}
      />
    </Panel>
  );
}

function Conditions({ conditions }: { readonly conditions: readonly Condition[] }) {
  const say = useSay();
  return (
    <Panel title={say(kindsWords.conditions)}>
      <Facts
        facts={conditions.map((condition) => ({
          name: condition.type,
          value: <Sentence condition={condition} />,
        }))}
      />
    </Panel>
  );
}

function Sentence({
  condition: { status, message, messageZh, lastTransitionTime },
}: {
  readonly condition: Condition;
}) {
  const { language } = useLanguage();
  return (
    <span>
      <State state={status} /> {language === "zh" ? (messageZh ?? message) : message}{" "}
      <span className="soft small">
        <Ago time={lastTransitionTime} />
      </span>
    </span>
  );
}
