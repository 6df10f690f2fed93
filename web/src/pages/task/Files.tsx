import { yunhe } from "../../api/client.ts";
import { isOver, type Task } from "../../api/task.ts";
import { Icon } from "../../ui/Icon.tsx";
import { Panel } from "../../ui/Page.tsx";
import { commonWords } from "../../words/common.ts";
import { taskWords } from "../../words/task.ts";
import { useFormats, useSay } from "../../words/language.tsx";
import styles from "./task.module.css";

/** What went in and what came out. */
export function Files({ task }: { readonly task: Task }) {
  const say = useSay();
  const { bytes } = useFormats();
  const project = task.metadata.namespace ?? "";
  const outputs = task.status?.outputs ?? [];
  const { inputs, outputs: wanted } = task.spec;
  const pending = wanted.length > 0 && outputs.length === 0 && !isOver(task);
  return (
    <>
      <Panel title={say(taskWords.outputs)}>
        {outputs.length === 0 && (
          <p className="soft">
            {say(pending ? taskWords.outputsPending : taskWords.outputsNone, { paths: wanted.join(", ") })}
          </p>
        )}
        <ul className={styles["list"]} style={{ marginTop: 0 }}>
          {outputs.map(({ path, sha256, bytes: size }) => (
            <li key={path}>
              <a
                href={yunhe.files.blobPath(project, sha256)}
                download={path.split("/").at(-1)}
                aria-label={`${say(commonWords.download)} ${path}`}
                style={{ display: "inline-flex", gap: 6, alignItems: "center" }}
              >
                <Icon name="download" size={14} />
                <code>{path}</code>
              </a>
              <span className="soft">{bytes(size)}</span>
            </li>
          ))}
        </ul>
      </Panel>
      {inputs.length > 0 && (
        <Panel title={say(taskWords.inputs)}>
          <ul className={styles["list"]} style={{ marginTop: 0 }}>
            {inputs.map(({ path }) => (
              <li key={path}>
                <code>{path}</code>
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </>
  );
}
