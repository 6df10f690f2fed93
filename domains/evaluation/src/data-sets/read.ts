import { ApiError, type Objects, words } from "@yunhe/kernel";
import type { DataFile, Finding, Specification } from "@yunhe/evaluation";
import type { Contents } from "../contents/port.ts";
import { fleetData } from "../fleet/data.ts";
import { type DataSetResource, dataSetKind } from "../kinds/data-set.ts";
import { indexSpecificationKind } from "../kinds/index-specification.ts";
import { library } from "../library.ts";

/** A data set as a file of its specification, whatever its source is. */
export interface ReadDataSet {
  readonly specification: Specification;
  /** As it is stored: what a run is computed from, and what a bundle holds. */
  readonly definition: object;
  readonly file: DataFile;
  readonly findings: readonly Finding[];
}

export interface DataSetReader {
  specification(project: string, name: string): Promise<{ specification: Specification; definition: object }>;
  /** @throws ApiError NotFound when the specification, the content or the base is not there */
  read(dataSet: DataSetResource, specificationName?: string): Promise<ReadDataSet>;
}

export function dataSetReader(objects: Objects, contents: Contents): DataSetReader {
  const specification: DataSetReader["specification"] = async (project, name) => {
    const found = await objects.get(indexSpecificationKind, project, name);
    if (!found) throw absent(project, "index specification", "指数规范", name);
    return {
      specification: library().readSpecification(found.spec.definition),
      definition: found.spec.definition,
    };
  };
  const fileOf = async (
    dataSet: DataSetResource,
    using: Specification,
    depth: number,
  ): Promise<{ file: DataFile; findings: readonly Finding[] }> => {
    const project = dataSet.metadata.namespace ?? "";
    const { source } = dataSet.spec;
    switch (source.type) {
      case "inline":
        return { file: source.data as DataFile, findings: [] };
      case "demonstration":
        return {
          file: library().demonstrationData(using, { seed: source.seed, periods: source.periods }),
          findings: [],
        };
      case "file": {
        const bytes = await contents.read(project, source.content.sha256);
        if (!bytes) throw absent(project, "uploaded content", "已上传内容", source.content.sha256);
        return { file: JSON.parse(new TextDecoder().decode(bytes)) as DataFile, findings: [] };
      }
      case "fleet": {
        const base = source.base === undefined || depth > 0 ? undefined : await baseOf(project, source.base);
        const below = base && (await fileOf(base, using, depth + 1));
        const record = dataSet.status?.fleet ?? { sampledMs: 0, periods: {} };
        return fleetData(using, source, record, below && library().dataFileSchema.parse(below.file));
      }
    }
  };
  const baseOf = async (project: string, name: string): Promise<DataSetResource> => {
    const base = await objects.get(dataSetKind, project, name);
    if (!base) throw absent(project, "data set", "数据集", name);
    return base;
  };
  return {
    specification,
    async read(dataSet, specificationName = dataSet.spec.specification) {
      const using = await specification(dataSet.metadata.namespace ?? "", specificationName);
      return { ...using, ...(await fileOf(dataSet, using.specification, 0)) };
    },
  };
}

const absent = (project: string, en: string, zh: string, name: string): ApiError =>
  new ApiError(
    "NotFound",
    words(`Project ${project} has no ${en} ${name}.`, `项目 ${project} 中没有${zh} ${name}。`),
  );
