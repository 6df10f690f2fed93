import { Button, Modal } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { yunhe } from "../../api/client.ts";
import { useWritableProject } from "../../shell/project.ts";
import { TextField } from "../../ui/form/Field.tsx";
import { Problem } from "../../ui/Problem.tsx";
import { Select } from "../../ui/Select.tsx";
import { toast } from "../../ui/toast.tsx";
import { commonWords } from "../../words/common.ts";
import { evaluationWords as words } from "../../words/evaluation.ts";
import { importWords } from "../../words/evaluation-import.ts";
import { useSay } from "../../words/language.tsx";
import {
  evaluationKinds,
  importTables,
  manifest,
  type Mapping,
  type SpecificationObject,
  uploadTable,
} from "./api.ts";
import styles from "./evaluation.module.css";
import { MappingForm } from "./MappingForm.tsx";

interface ImportDataProps {
  readonly specifications: readonly SpecificationObject[];
  readonly onClose: () => void;
}

interface Upload {
  readonly chosen: File;
  /** The sheet of a workbook; the first when absent. */
  readonly of: string | undefined;
}

/** A file becomes a data set: what its columns mean is proposed, and a person confirms it. */
export function ImportData({ specifications, onClose }: ImportDataProps) {
  const say = useSay();
  const project = useWritableProject();
  const [specification, setSpecification] = useState(specifications[0]?.metadata.name ?? "");
  const [file, setFile] = useState<File>();
  const [sheet, setSheet] = useState<string>();
  const [mapping, setMapping] = useState<Mapping>();
  const [name, setName] = useState("");
  const upload = useMutation({
    mutationFn: ({ chosen, of }: Upload) => uploadTable(project, specification, chosen, of),
    onSuccess: (preview, { chosen }) => {
      setMapping(preview.mapping);
      setName(safeName(chosen.name));
    },
  });
  const save = useMutation({
    mutationFn: async () => {
      const table = {
        sha256: upload.data!.content.sha256,
        file: file!.name,
        ...(sheet !== undefined && { sheet }),
        mapping,
      };
      const { content, cells } = await importTables(project, { specification, tables: [table] });
      const spec = { specification, source: { type: "file", content } };
      await yunhe
        .resources(evaluationKinds.dataSets)
        .create(project, manifest("DataSet", project, name, spec));
      return cells;
    },
    onSuccess: (count) => {
      toast(say(importWords.imported, { count }));
      onClose();
    },
  });
  const choose = (chosen: File | undefined, of?: string): void => {
    setFile(chosen);
    setSheet(of);
    setMapping(undefined);
    save.reset();
    if (chosen) upload.mutate({ chosen, of });
  };
  const definition = specifications.find(({ metadata }) => metadata.name === specification)?.spec.definition;
  return (
    <Modal
      opened
      size="xl"
      onClose={onClose}
      title={say(words.upload)}
      closeButtonProps={{ "aria-label": say(commonWords.close) }}
    >
      <div className={styles["form"]}>
        <Select
          label={say(words.specification)}
          value={specification}
          options={specifications.map(({ metadata }) => ({ value: metadata.name, label: metadata.name }))}
          onChange={(value) => {
            setSpecification(value);
            choose(undefined);
          }}
        />
        <label>
          {say(importWords.file)}{" "}
          <input
            type="file"
            accept=".csv,.tsv,.txt,.xlsx"
            onChange={(event) => choose(event.currentTarget.files?.[0])}
          />
        </label>
        <Problem error={upload.error} />
        {upload.data && upload.data.sheets.length > 1 && (
          <Select
            label={say(importWords.sheet)}
            value={sheet ?? upload.data.sheets[0]!}
            options={upload.data.sheets.map((value) => ({ value, label: value }))}
            onChange={(value) => choose(file, value)}
          />
        )}
        {upload.data && mapping && definition && (
          <>
            <p className="soft small">
              {say(importWords.read, {
                rows: upload.data.rowCount,
                encoding: upload.data.encoding ?? "XLSX",
              })}
            </p>
            <MappingForm
              preview={upload.data}
              mapping={mapping}
              definition={definition}
              onChange={setMapping}
            />
            <TextField label={say(commonWords.name)} mono value={name} onChange={setName} />
          </>
        )}
        <Problem error={save.error} />
        <div className={styles["end"]}>
          <Button
            disabled={!mapping || !isComplete(mapping)}
            loading={save.isPending}
            onClick={() => save.mutate()}
          >
            {say(importWords.import)}
          </Button>
        </div>
      </div>
    </Modal>
  );
}

/** Whether indicator and value have their columns: what is missing there no error could name better. */
const isComplete = ({ long }: Mapping): boolean => !long || (long.indicator !== "" && long.value !== "");

const safeName = (file: string): string =>
  file
    .toLowerCase()
    .replace(/\.[^.]+$/, "")
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "") || "data";
