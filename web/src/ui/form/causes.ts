import { useMemo } from "react";
import type { Check } from "../../api/check.ts";
import { formWords } from "../../words/form.ts";
import { useLanguage } from "../../words/language.tsx";
import { tell } from "../Problem.tsx";
import type { ParsedManifest } from "../yaml/manifest.ts";
import type { LineMark } from "../yaml/YamlEditor.tsx";

export interface Causes {
  /** What is wrong with a field, by its dotted path. */
  readonly at: (field: string) => string | undefined;
  /** The same as marks on the lines of the manifest. */
  readonly marks: readonly LineMark[];
  readonly count: number;
}

/** What a check found, for the form and for the text beside it. */
export function useCauses(check: Check, parsed: ParsedManifest): Causes {
  const { language } = useLanguage();
  return useMemo(() => {
    if (!parsed.ok) {
      const marks = [{ line: parsed.line ?? 1, message: parsed.message || formWords.notAnObject[language] }];
      return { at: () => undefined, marks, count: 1 };
    }
    const where = check.state === "bad" ? tell(check.error, language).where : [];
    const marks = where.map(({ field, message }) => ({
      line: parsed.lineOf(field) ?? 1,
      message: `${field}: ${message}`,
    }));
    return {
      at: (field: string) => where.find((each) => each.field === field)?.message,
      marks,
      count: where.length,
    };
  }, [check, parsed, language]);
}
