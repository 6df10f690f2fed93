import { useFleet } from "../../api/fleet.ts";
import { TextField } from "../../ui/form/Field.tsx";
import styles from "../../ui/form/form.module.css";
import { PairList } from "../../ui/form/Lists.tsx";
import { isPlain, valueAt } from "../../ui/form/paths.ts";
import { useNames } from "../../ui/form/RefField.tsx";
import { Panel } from "../../ui/Page.tsx";
import { ProjectField } from "../kinds/CreatePage.tsx";
import { submitWords } from "../../words/submit.ts";
import { useSay } from "../../words/language.tsx";
import { type BoundForm, Lines, Text, Ticked } from "./bound-fields.tsx";
import { CommandField } from "./CommandField.tsx";
import { Inputs } from "./Inputs.tsx";
import { Placement } from "./Placement.tsx";

export interface TaskFormProps extends BoundForm {
  readonly project: string;
}

/** What people ask of a task most; the rest can be written in the manifest. */
export function TaskForm(props: TaskFormProps) {
  const say = useSay();
  const { project, object, setAt, errorAt } = props;
  const command = valueAt(object, ["spec", "command"]);
  const env = valueAt(object, ["spec", "env"]);
  return (
    <>
      <Panel title={say(submitWords.what)}>
        <div className={styles["form"]}>
          <CommandField
            command={Array.isArray(command) ? command.map(String) : []}
            error={errorAt("spec.command") ?? errorAt("spec.command[0]")}
            onChange={(next) => setAt(["spec", "command"], next)}
          />
          <div className={styles["row"]}>
            <Text
              {...props}
              field="metadata.name"
              label={submitWords.name}
              hint={submitWords.nameHint}
              required
            />
            <ProjectField value={project} onChange={(next) => setAt(["metadata", "namespace"], next)} />
          </div>
        </div>
      </Panel>
      <Panel title={say(submitWords.needs)}>
        <Needs {...props} />
      </Panel>
      <Panel title={say(submitWords.files)}>
        <div className={styles["form"]}>
          <Inputs project={project} object={object} setAt={setAt} errorAt={errorAt} />
          <Lines
            {...props}
            field="spec.outputs"
            label={submitWords.outputs}
            hint={submitWords.outputsHint}
            by={"\n"}
            rows={2}
          />
        </div>
      </Panel>
      <Panel title={say(submitWords.how2)}>
        <div className={styles["form"]}>
          <Running {...props} />
          <PairList
            label={say(submitWords.environment)}
            path={["spec", "env"]}
            pairs={isPlain(env) ? env : {}}
            setAt={setAt}
            errorAt={errorAt}
          />
        </div>
      </Panel>
      <Placement {...props} />
    </>
  );
}

function Needs(props: TaskFormProps) {
  const say = useSay();
  const { object, setAt, errorAt } = props;
  const { data: fleet } = useFleet();
  const models = [
    ...new Set((fleet?.nodes ?? []).flatMap(({ devices }) => devices.map(({ model }) => model))),
  ];
  const place = ["spec", "resources", "accelerators"] as const;
  const devices = valueAt(object, place);
  const count = isPlain(devices) ? Number(devices["count"] ?? 1) : 0;
  const share =
    isPlain(devices) && typeof devices["shareMilli"] === "number" ? devices["shareMilli"] / 10 : 100;
  const setCount = (text: string): void => {
    const next = Number(text);
    if (text === "" || next === 0) return setAt(place, undefined);
    setAt(place, { ...(isPlain(devices) ? devices : {}), count: Number.isFinite(next) ? next : text });
  };
  return (
    <div className={styles["form"]}>
      <div className={styles["row"]}>
        <Text
          {...props}
          field="spec.resources.cpus"
          label={submitWords.cpus}
          hint={submitWords.cpusHint}
          placeholder="1"
          numeric
        />
        <Text
          {...props}
          field="spec.resources.memory"
          label={submitWords.memory}
          hint={submitWords.memoryHint}
          placeholder="256Mi"
        />
        <TextField
          label={say(submitWords.devices)}
          description={say(submitWords.devicesHint)}
          error={errorAt("spec.resources.accelerators.count")}
          type="number"
          value={count === 0 ? "" : String(count)}
          placeholder="0"
          onChange={setCount}
        />
      </div>
      {count > 0 && (
        <div className={styles["row"]}>
          <TextField
            label={say(submitWords.share)}
            description={say(submitWords.shareHint)}
            error={errorAt("spec.resources.accelerators.shareMilli")}
            type="number"
            value={String(share)}
            onChange={(text) =>
              setAt(
                [...place, "shareMilli"],
                text === "" || text === "100" ? undefined : Math.round(Number(text) * 10),
              )
            }
          />
          <Lines
            {...props}
            field="spec.resources.accelerators.models"
            label={submitWords.models}
            hint={submitWords.modelsHint}
            values={{ models: models.join(", ") || "–" }}
            by={", "}
          />
          <Text
            {...props}
            field="spec.resources.accelerators.memory"
            label={submitWords.deviceMemory}
            placeholder="40Gi"
          />
        </div>
      )}
    </div>
  );
}

function Running(props: TaskFormProps) {
  const queues = useNames("queues.compute.yunhe.dev", undefined);
  return (
    <>
      <div className={styles["row"]}>
        <Text
          {...props}
          field="spec.queue"
          label={submitWords.queue}
          placeholder="default"
          suggestions={queues}
        />
        <Text
          {...props}
          field="spec.priority"
          label={submitWords.priority}
          hint={submitWords.priorityHint}
          placeholder="0"
          numeric
        />
        <Text {...props} field="spec.retries.limit" label={submitWords.retries} placeholder="0" numeric />
        <Text {...props} field="spec.timeout" label={submitWords.timeout} hint={submitWords.timeoutHint} />
      </div>
      <div className={styles["row"]}>
        <Text
          {...props}
          field="spec.array.count"
          label={submitWords.array}
          hint={submitWords.arrayHint}
          placeholder="1"
          numeric
          emptyDrops="spec.array"
        />
        <Text
          {...props}
          field="spec.array.parallelism"
          label={submitWords.parallelism}
          hint={submitWords.parallelismHint}
          numeric
        />
        <Lines
          {...props}
          field="spec.after"
          label={submitWords.after}
          hint={submitWords.afterHint}
          by={", "}
        />
      </div>
      <Ticked {...props} field="spec.network" label={submitWords.network} on={true} />
    </>
  );
}
