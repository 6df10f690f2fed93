import { type Words, words } from "@yunhe/client";
import { EvaluationError, type Finding, tabular } from "@yunhe/evaluation";
import { CommandError, exitCodes } from "../command/errors.ts";

/** One finding as a line: level, where, what, and its stable code. */
export function findingWords({ level, message, place, code }: Finding): Words {
  const text = (language: "en" | "zh"): string => {
    const said = message[language];
    const file = place.file === undefined || said.includes(place.file) ? "" : `${place.file}: `;
    const name = language === "en" ? level : level === "error" ? "错误" : "警告";
    return `${name}: ${file}${said} [${code}]`;
  };
  return words(text("en"), text("zh"));
}

const all = (findings: readonly Finding[], language: "en" | "zh"): string =>
  findings.map((finding) => findingWords(finding)[language]).join("\n");

/** Runs a step of the evaluation; what it refuses is told with every finding and the exit code for invalid input. */
export async function explained<T>(step: () => T | Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof EvaluationError)
      throw new CommandError(
        exitCodes.invalid,
        words("Nothing was computed:", "未进行任何计算："),
        words(all(error.findings, "en"), all(error.findings, "zh")),
      );
    if (error instanceof tabular.InputError) throw new CommandError(exitCodes.invalid, error.words);
    throw error;
  }
}
