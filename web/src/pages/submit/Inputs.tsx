import { Button, Checkbox } from "@mantine/core";
import { useRef, useState } from "react";
import { TextField } from "../../ui/form/Field.tsx";
import styles from "../../ui/form/form.module.css";
import { RemoveButton } from "../../ui/form/Lists.tsx";
import { type Path, type Plain, valueAt } from "../../ui/form/paths.ts";
import { scalarText } from "../../ui/form/shape.ts";
import { Icon } from "../../ui/Icon.tsx";
import { Problem } from "../../ui/Problem.tsx";
import { submitWords } from "../../words/submit.ts";
import { useFormats, useSay } from "../../words/language.tsx";
import { upload, type UploadStep } from "./upload.ts";

interface InputsProps {
  readonly project: string;
  readonly object: Plain;
  readonly setAt: (path: Path, value: unknown) => void;
  readonly errorAt: (field: string) => string | undefined;
}

const place = ["spec", "inputs"] as const;

/** Files that go with the task: uploaded at once, named by their digest in the manifest. */
export function Inputs({ project, object, setAt, errorAt }: InputsProps) {
  const say = useSay();
  const chooser = useRef<HTMLInputElement>(null);
  const [isOver, setIsOver] = useState(false);
  const [step, setStep] = useState<UploadStep>();
  const [failure, setFailure] = useState<unknown>();
  const value = valueAt(object, place);
  const inputs = (Array.isArray(value) ? value : []) as readonly Plain[];
  const add = async (files: readonly File[]): Promise<void> => {
    setFailure(undefined);
    let next = inputs;
    try {
      for (const file of files) {
        const digest = await upload(project, file, setStep);
        next = [...next.filter(({ path }) => path !== file.name), { path: file.name, sha256: digest }];
        setAt(place, next);
      }
    } catch (error) {
      setFailure(error);
    }
    setStep(undefined);
  };
  return (
    <div
      className={styles["drop"]}
      data-over={isOver || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setIsOver(false);
        void add([...event.dataTransfer.files]);
      }}
    >
      <b className="small">{say(submitWords.inputs)}</b>
      <span className="soft small">{say(submitWords.inputsHint)}</span>
      <input
        ref={chooser}
        type="file"
        multiple
        hidden
        onChange={(event) => {
          void add([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = "";
        }}
      />
      <Button
        variant="default"
        size="compact-sm"
        leftSection={<Icon name="upload" size={14} />}
        onClick={() => chooser.current?.click()}
      >
        {say(submitWords.chooseFiles)}
      </Button>
      {step && <Progress step={step} />}
      <Problem error={failure} />
      {inputs.map((input, at) => (
        <div key={at} className={styles["pair"]} style={{ width: "100%" }}>
          <TextField
            label={<span className="visually-hidden">{say(submitWords.inputPath)}</span>}
            mono
            value={scalarText(input["path"])}
            error={
              errorAt(`spec.inputs[${at}].path`) ??
              errorAt(`spec.inputs[${at}].sha256`) ??
              errorAt(`spec.inputs[${at}]`)
            }
            onChange={(path) => setAt([...place, at, "path"], path)}
          />
          <Checkbox
            mt={8}
            label={say(submitWords.executable)}
            checked={input["executable"] === true}
            onChange={(event) =>
              setAt([...place, at, "executable"], event.currentTarget.checked || undefined)
            }
          />
          <RemoveButton
            name={scalarText(input["path"])}
            onClick={() =>
              setAt(place, inputs.length === 1 ? undefined : inputs.filter((_, each) => each !== at))
            }
          />
        </div>
      ))}
    </div>
  );
}

function Progress({ step }: { readonly step: UploadStep }) {
  const say = useSay();
  const { percent, bytes } = useFormats();
  const { name } = step;
  return (
    <span className="small" role="status">
      {step.type === "reading"
        ? say(submitWords.hashing, { name, percent: percent(step.part) })
        : say(submitWords.uploading, { name, bytes: bytes(step.bytes) })}
    </span>
  );
}
