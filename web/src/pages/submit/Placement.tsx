import { type ReactNode, useState } from "react";
import { FoldedPanel } from "../../ui/FoldedPanel.tsx";
import styles from "../../ui/form/form.module.css";
import { isPlain, valueAt } from "../../ui/form/paths.ts";
import { useNames } from "../../ui/form/RefField.tsx";
import { placementWords as words } from "../../words/placement.ts";
import { useSay } from "../../words/language.tsx";
import type { Words } from "../../words/words.ts";
import { type BoundForm, Chosen, Lines, Text, Ticked } from "./bound-fields.tsx";

const fields = ["placement", "gang", "preemptible", "expectedDuration", "checkpoint", "isolation"];

/** Where the task may run and what is better there; open when something of it is asked for already. */
export function Placement(form: BoundForm) {
  const say = useSay();
  const [isOpen] = useState(() => fields.some((field) => isAsked(valueAt(form.object, ["spec", field]))));
  return (
    <FoldedPanel title={say(words.title)} note={say(words.note)} open={isOpen}>
      <div className={styles["form"]}>
        <Rules {...form} />
        <Wishes {...form} />
        <Patience {...form} />
      </div>
    </FoldedPanel>
  );
}

const isAsked = (value: unknown): boolean =>
  isPlain(value) ? Object.values(value).some(isAsked) : value !== undefined;

/** What must hold. */
function Rules(form: BoundForm) {
  const say = useSay();
  return (
    <Group title={words.rules}>
      <div className={styles["row"]}>
        <List {...form} field="jurisdictions" label={words.jurisdictions} hint={words.jurisdictionsHint} />
        <List {...form} field="providers" label={words.providers} />
        <List {...form} field="regions" label={words.regions} />
        <List {...form} field="pools" label={words.pools} />
      </div>
      <div className={styles["row"]}>
        <Text {...form} field="spec.placement.maxPricePerHour" label={words.maxPrice} placeholder="2.50" />
        <Text {...form} field="spec.placement.currency" label={words.currency} placeholder="CNY" />
        <Chosen
          {...form}
          field="spec.placement.capacity"
          label={words.capacity}
          options={[
            { value: "", label: say(words.onDemand) },
            { value: "spot", label: say(words.spot) },
          ]}
        />
      </div>
      <div className={styles["row"]}>
        <Place {...form} field="spec.placement.maxLatencyMs" label={words.latencyTo} />
        <Text
          {...form}
          field="spec.placement.maxLatencyMs.ms"
          label={words.latencyMs}
          placeholder="20"
          numeric
        />
        <Chosen
          {...form}
          field="spec.isolation"
          label={words.isolation}
          options={["", "process", "limits", "sandbox", "container"].map((value) => ({
            value,
            label: value === "" ? say(words.any) : value,
          }))}
        />
      </div>
    </Group>
  );
}

/** What is better among the places that are allowed. */
function Wishes(form: BoundForm) {
  const say = useSay();
  return (
    <Group title={words.wishes} hint={words.wishesHint}>
      <div className={styles["row"]}>
        <Wish {...form} field="cheap" label={words.cheap} />
        <Wish {...form} field="fastStart" label={words.fastStart} />
        <Wish {...form} field="lowCarbon" label={words.lowCarbon} />
      </div>
      <div className={styles["row"]}>
        <Place {...form} field="spec.placement.prefer.near" label={words.near} />
        <Wish {...form} field="near.weight" label={words.nearWeight} />
        <Chosen
          {...form}
          field="spec.placement.prefer.spread"
          label={words.spread}
          options={[
            { value: "", label: say(words.no) },
            ...(["node", "rack", "zone", "pool"] as const).map((value) => ({
              value,
              label: say(words.by, { place: say(words[value]) }),
            })),
          ]}
        />
      </div>
    </Group>
  );
}

/** How it starts, and what happens when others need the place. */
function Patience(form: BoundForm) {
  const say = useSay();
  const hasCheckpoint = valueAt(form.object, ["spec", "checkpoint"]) !== undefined;
  return (
    <Group title={words.preemption}>
      <div className={styles["row"]}>
        <Text
          {...form}
          field="spec.expectedDuration"
          label={words.expectedDuration}
          hint={words.expectedDurationHint}
          placeholder="2h"
        />
        <Chosen
          {...form}
          field="spec.gang.topology"
          label={words.gang}
          hint={words.gangHint}
          emptyDrops="spec.gang"
          options={[
            { value: "", label: say(words.no) },
            ...(["any", "node", "rack", "fabric", "pool"] as const).map((value) => ({
              value,
              label: value === "any" ? say(words.anywhere) : say(words.within, { place: say(words[value]) }),
            })),
          ]}
        />
      </div>
      <Ticked {...form} field="spec.preemptible" label={words.preemptible} on={undefined} off={false} />
      <Ticked {...form} field="spec.checkpoint" label={words.checkpoint} on={{}} />
      {hasCheckpoint && (
        <Text {...form} field="spec.checkpoint.path" label={words.checkpointPath} placeholder=".checkpoint" />
      )}
    </Group>
  );
}

interface PartProps extends BoundForm {
  readonly field: string;
  readonly label: Words;
  readonly hint?: Words;
}

const List = ({ field, ...props }: PartProps) => (
  <Lines {...props} field={`spec.placement.${field}`} by=", " />
);

const Wish = ({ field, ...props }: PartProps) => (
  <Text {...props} field={`spec.placement.prefer.${field}`} placeholder="0" numeric />
);

/** A pool or a named place; without one the whole rule goes. */
function Place({ field, ...props }: PartProps) {
  const pools = useNames("pools.compute.yunhe.dev", undefined);
  return <Text {...props} field={`${field}.to`} suggestions={pools} emptyDrops={field} />;
}

function Group({
  title,
  hint,
  children,
}: {
  readonly title: Words;
  readonly hint?: Words;
  readonly children: ReactNode;
}) {
  const say = useSay();
  return (
    <fieldset className={styles["group"]}>
      <legend>{say(title)}</legend>
      {hint && <span className={styles["description"]}>{say(hint)}</span>}
      {children}
    </fieldset>
  );
}
