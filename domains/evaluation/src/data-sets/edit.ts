import {
  type ActionContext,
  ApiError,
  type AnyResource,
  type AnyStored,
  openObjects,
  words,
} from "@yunhe/kernel";
import type { CellEdit, EvaluationError } from "@yunhe/evaluation";
import type { Contents } from "../contents/port.ts";
import { evaluationKinds, type DataSetResource, dataSetKind } from "../kinds/index.ts";
import { dataSetReader } from "./read.ts";
import { library } from "../library.ts";

interface EditInput {
  readonly edits: readonly CellEdit[];
  readonly publisher: string;
  readonly edition?: string;
  readonly page?: string;
  readonly reason: string;
}

/** Gives cells new values; the data set then is a file of its own, with the former values as revisions. */
export async function editDataSet(
  contents: Contents,
  context: ActionContext,
  object: AnyResource,
  input: unknown,
): Promise<unknown> {
  const dataSet = object as unknown as DataSetResource;
  const { edits, publisher, edition, page, reason } = input as EditInput;
  if (dataSet.spec.source.type === "fleet") throw fleetFollows(dataSet);
  const objects = openObjects(context.store, evaluationKinds, context.environment);
  const { specification, file } = await dataSetReader(objects, contents).read(dataSet);
  const origin = {
    publisher,
    status: "revised" as const,
    ...(edition !== undefined && { edition }),
    ...(page !== undefined && { page }),
    note: reason,
  };
  const day = new Date(context.environment.clock.nowMs()).toISOString().slice(0, 10);
  try {
    const edited = library().editCells(
      specification,
      library().readDataFile(specification, file),
      edits,
      origin,
      {
        reason,
        replacedOn: day,
      },
    );
    const bytes = new TextEncoder().encode(JSON.stringify(library().toDataFile(specification, edited)));
    const content = await contents.put(context.target.namespace, bytes);
    const next = { ...dataSet, spec: { ...dataSet.spec, source: { type: "file", content } } };
    const [stored] = await objects.commit(
      [{ type: "update", kind: dataSetKind, object: next as unknown as AnyStored }],
      { actor: context.principal.id, verb: "edit", guard: context.guard },
    );
    return stored;
  } catch (error) {
    if (error instanceof library().EvaluationError) throw invalid(error);
    throw error;
  }
}

const fleetFollows = (dataSet: DataSetResource): ApiError =>
  new ApiError(
    "Conflict",
    words(
      `Data set ${dataSet.metadata.name} follows the fleet: its cells are measured, not edited.`,
      `数据集 ${dataSet.metadata.name} 随资源池更新：其单元格由测量得出，不可编辑。`,
    ),
    { kind: "datasets", name: dataSet.metadata.name },
  );

/** What the library refuses, as the API's answer. */
export const invalid = (error: EvaluationError): ApiError =>
  new ApiError(
    "Invalid",
    words(
      error.findings.map(({ message }) => message.en).join("\n"),
      error.findings.map(({ message }) => message.zh).join("\n"),
    ),
    {
      causes: error.findings.map(({ place, message }) => ({
        field: placeText(place),
        reason: "FieldValueInvalid",
        message,
      })),
    },
  );

const placeText = ({
  file,
  row,
  column,
  path,
  index,
  indicator,
  entity,
}: EvaluationError["findings"][number]["place"]): string =>
  [file, row === undefined ? undefined : `row ${row}`, column, path, index ?? indicator, entity]
    .filter((part) => part !== undefined)
    .join(" ");
