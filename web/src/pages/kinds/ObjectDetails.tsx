import type { AnyResource } from "@yunhe/kernel";
import type { JsonSchema, KindDescription } from "@yunhe/client";
import type { ReactNode } from "react";
import { Facts } from "../../ui/Facts.tsx";
import { isPlain, type Plain } from "../../ui/form/paths.ts";
import { Panel } from "../../ui/Page.tsx";
import { State } from "../../ui/State.tsx";
import { Ago } from "../../ui/Time.tsx";
import { commonWords } from "../../words/common.ts";
import { kindsWords } from "../../words/kinds.ts";
import { useLanguage, useSay } from "../../words/language.tsx";
import { Value } from "./Value.tsx";
import styles from "./kinds.module.css";

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
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
  const say = useSay();
  const { metadata } = object;
  const status = object["status"];
  const conditions =
    isPlain(status) && Array.isArray(status["conditions"])
      ? (status["conditions"] as readonly Condition[])
      : [];
  const parts = Object.entries(kind.schema.properties ?? {}).filter(([name]) => object[name] !== undefined);
  return (
    <div className={styles["details"]}>
      {conditions.length > 0 && <Conditions conditions={conditions} />}
      {parts.map(([name, schema]) => (
        <Panel key={name} title={<code>{name}</code>}>
          <Fields value={object[name]} schema={schema} />
        </Panel>
      ))}
      <Panel title={<code>metadata</code>}>
        <Facts
          facts={[
            [say(commonWords.project), metadata.namespace],
            [say(commonWords.created), <Ago key="c" time={metadata.creationTimestamp} />],
            [
              say(kindsWords.labels),
              Object.entries(metadata.labels ?? {})
                .map(([key, value]) => `${key}=${value}`)
                .join(", "),
            ],
            [
              say(kindsWords.owner),
              metadata.ownerReferences?.map((owner) => `${owner.kind} ${owner.name}`).join(", "),
            ],
            [say(kindsWords.generation), metadata.generation],
            [say(kindsWords.version), metadata.resourceVersion],
            [say(kindsWords.uid), <code key="u">{metadata.uid}</code>],
          ]}
        />
      </Panel>
    </div>
  );
}

function Conditions({ conditions }: { readonly conditions: readonly Condition[] }) {
  const say = useSay();
  const { language } = useLanguage();
  return (
    <Panel title={say(kindsWords.conditions)}>
      <Facts
        facts={conditions.map(({ type, status, message, messageZh, lastTransitionTime }) => [
          type,
          <span key={type}>
            <State state={status} /> {language === "zh" ? (messageZh ?? message) : message}{" "}
            <span className="soft small">
              <Ago time={lastTransitionTime} />
            </span>
          </span>,
        ])}
      />
    </Panel>
  );
}

interface FieldsProps {
  readonly value: unknown;
  readonly schema: JsonSchema | undefined;
}

/** A value by the words of its schema, as deep as it goes. */
function Fields({ value, schema }: FieldsProps): ReactNode {
  if (Array.isArray(value)) return <Items items={value} schema={schema?.items} />;
  if (!isPlain(value)) return <Leaf value={value} schema={schema} />;
  const known = schema?.properties ?? {};
  const entries = Object.entries(value as Plain).filter(([name]) => name !== "conditions");
  if (entries.length === 0) return <span className="soft">–</span>;
  return (
    <Facts
      facts={entries.map(([name, part]) => [
        name,
        <Described key={name} schema={known[name]}>
          <Fields value={part} schema={known[name] ?? additional(schema)} />
        </Described>,
      ])}
    />
  );
}

const additional = (schema: JsonSchema | undefined): JsonSchema | undefined =>
  typeof schema?.additionalProperties === "object" ? schema.additionalProperties : undefined;

function Items({
  items,
  schema,
}: {
  readonly items: readonly unknown[];
  readonly schema: JsonSchema | undefined;
}) {
  if (items.length === 0) return <span className="soft">–</span>;
  if (!items.some(isPlain)) return <>{items.map(String).join(", ")}</>;
  return items.map((item, at) => (
    <div key={at} className={styles["item"]}>
      <Fields value={item} schema={schema} />
    </div>
  ));
}

function Leaf({ value, schema }: FieldsProps) {
  const format = schema?.["x-yunhe-format"];
  const column = {
    type: format === "date" ? ("date" as const) : ("string" as const),
    ...(format === "bytes" ? { format: "bytes" as const } : {}),
  };
  return <Value value={value} column={column} />;
}

/** The meaning of a field, on hover. */
function Described({
  schema,
  children,
}: {
  readonly schema: JsonSchema | undefined;
  readonly children: ReactNode;
}) {
  const { language } = useLanguage();
  const text = language === "zh" ? (schema?.["x-yunhe-zh"] ?? schema?.description) : schema?.description;
  return <div title={text}>{children}</div>;
}
