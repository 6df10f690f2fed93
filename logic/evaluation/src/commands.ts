import { readDataFile } from "./data/read-json.ts";
import { readTables, type SourceTable, type TableMapping } from "./data/read-table.ts";
import { suggestMapping } from "./data/suggest-mapping.ts";
import type { DataSet } from "./data/dataset.ts";
import { compute, type ComputeOptions } from "./pipeline/compute.ts";
import { ENGINE } from "./pipeline/engine.ts";
import { toResult, type EvaluationResult } from "./pipeline/result.ts";
import { report, type ReportInput } from "./report/report.ts";
import { monteCarlo, type UncertaintyResult } from "./robustness/monte-carlo.ts";
import { compilePlan } from "./robustness/plan.ts";
import type { PlanTarget } from "./robustness/plan-parts.ts";
import { sensitivity, type SensitivityResult } from "./robustness/sensitivity.ts";
import { checkSpecification } from "./specification/check.ts";
import { parseSpecification, readSpecification } from "./specification/parse.ts";
import type { Specification } from "./specification/schema.ts";
import { EvaluationError, refuse, type Finding } from "./specification/types.ts";
import type { Uncertainty } from "./specification/uncertainty-schema.ts";

/** What the commands take: text or objects as read from files; a table needs its mapping, or one is proposed from its header. */
export interface CommandInput {
  /** YAML or JSON text, or the object. */
  readonly specification: string | object;
  /** Names for messages. */
  readonly files?:
    | { readonly specification?: string | undefined; readonly data?: string | undefined }
    | undefined;
  /** JSON text or object of the data file, or tables read from CSV or XLSX. */
  readonly data:
    | string
    | object
    | readonly { readonly table: SourceTable; readonly mapping?: TableMapping }[];
}

export interface RobustnessOptions extends ComputeOptions {
  /** Index whose ranking is examined. */
  readonly index: string;
  /** The last period of the data when absent. */
  readonly period?: string;
  readonly seed?: number;
  readonly replications?: number;
}

function read(input: CommandInput): { specification: Specification; data: DataSet } {
  const specification = parseSpecification(input.specification, input.files?.specification);
  return { specification, data: readData(specification, input) };
}

/** The data of a command, read against its specification. @throws EvaluationError */
export function readData(
  specification: Specification,
  { data, files }: Pick<CommandInput, "data" | "files">,
): DataSet {
  if (!Array.isArray(data)) return readDataFile(specification, data, files?.data);
  const tables = data as readonly { readonly table: SourceTable; readonly mapping?: TableMapping }[];
  return readTables(
    specification,
    tables.map(({ table, mapping }) => ({
      table,
      mapping: mapping ?? suggestMapping(specification, table, { publisher: table.file, status: "stated" }),
    })),
  );
}

/** Everything wrong or noteworthy in a specification and, where given, its data. Never throws on bad input. */
export function validateCommand(input: {
  readonly specification: string | object;
  readonly data?: CommandInput["data"];
  readonly files?: CommandInput["files"] | undefined;
}): { readonly valid: boolean; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  try {
    const specification = readSpecification(input.specification, input.files?.specification);
    findings.push(...checkSpecification(specification));
    if (input.data !== undefined) {
      const data = readData(specification, { ...input, data: input.data });
      if (!findings.some((finding) => finding.level === "error"))
        findings.splice(0, findings.length, ...compute(specification, data).findings);
    }
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    findings.push(...error.findings);
  }
  return { valid: findings.every((finding) => finding.level !== "error"), findings };
}

/** `yunhe index compute`. @throws EvaluationError */
export function computeCommand(input: CommandInput, options: ComputeOptions = {}): EvaluationResult {
  const { specification, data } = read(input);
  return toResult(compute(specification, data, options));
}

/** What every robustness result says about itself. */
export interface RobustnessEnvelope {
  readonly engine: typeof ENGINE;
  readonly target: PlanTarget;
  readonly warnings: readonly Finding[];
}

/** `yunhe index uncertainty`: rank intervals. @throws EvaluationError */
export function uncertaintyCommand(
  input: CommandInput,
  options: RobustnessOptions,
): RobustnessEnvelope & { readonly uncertainty: UncertaintyResult } {
  const { plan, target, settings, warnings } = prepare(input, options);
  return {
    engine: ENGINE,
    target,
    warnings,
    uncertainty: monteCarlo(plan, {
      ...settings,
      replications: options.replications ?? settings.replications,
    }),
  };
}

/** `yunhe index sensitivity`: Sobol indices. @throws EvaluationError */
export function sensitivityCommand(
  input: CommandInput,
  options: RobustnessOptions & {
    readonly points?: number;
    readonly bootstrap?: number;
    readonly pairs?: readonly (readonly [string, string])[];
  },
): RobustnessEnvelope & { readonly sensitivity: SensitivityResult } {
  const { plan, target, settings, warnings } = prepare(input, options);
  return {
    engine: ENGINE,
    target,
    warnings,
    sensitivity: sensitivity(plan, {
      seed: settings.seed,
      interval: settings.interval,
      points: options.points ?? 1024,
      bootstrap: options.bootstrap ?? 100,
      ...(options.pairs && { pairs: options.pairs }),
    }),
  };
}

function prepare(input: CommandInput, options: RobustnessOptions) {
  const { specification, data } = read(input);
  const uncertainty: Uncertainty =
    specification.uncertainty ??
    refuse(
      "no-factors",
      { path: "uncertainty" },
      "The specification has no section uncertainty: name what is uncertain there.",
      "规范中没有 uncertainty 部分：请在其中说明哪些因素不确定。",
    );
  const target: PlanTarget = {
    index: options.index,
    period: options.period ?? data.periods.at(-1)!,
    extensions: options.extensions,
  };
  const settings = {
    seed: options.seed ?? uncertainty.seed,
    interval: uncertainty.interval,
    replications: uncertainty.replications,
  };
  const warnings = compute(specification, data, {
    indices: [options.index],
    periods: [target.period],
    extensions: options.extensions,
  }).findings;
  return { plan: compilePlan(specification, data, target, uncertainty.factors), target, settings, warnings };
}

/** `yunhe index report`: one HTML page; with `robustness` it shows rank intervals and sensitivities too. @throws EvaluationError */
export function reportCommand(
  input: CommandInput,
  options: ComputeOptions & {
    readonly language: ReportInput["language"];
    readonly robustness?: RobustnessOptions;
  },
): string {
  const { specification, data } = read(input);
  const evaluation = compute(specification, data, options);
  if (options.robustness === undefined) return report({ evaluation, language: options.language });
  const { plan, settings } = prepare(input, options.robustness);
  return report({
    evaluation,
    language: options.language,
    uncertainty: monteCarlo(plan, {
      ...settings,
      replications: options.robustness.replications ?? settings.replications,
    }),
    sensitivity: sensitivity(plan, {
      seed: settings.seed,
      interval: settings.interval,
      points: 256,
      bootstrap: 100,
      entities: [],
    }),
  });
}
