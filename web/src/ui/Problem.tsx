import { RequestFailed, ServerUnreachable } from "@yunhe/client";
import { Button } from "@mantine/core";
import { commonWords } from "../words/common.ts";
import { useLanguage, useSay } from "../words/language.tsx";
import type { Language, Words } from "../words/words.ts";
import { Icon } from "./Icon.tsx";
import styles from "./Problem.module.css";

const nextSteps: Readonly<Record<number, Words>> = {
  403: commonWords.forbiddenDo,
  404: commonWords.notFoundDo,
  409: commonWords.conflictDo,
  422: commonWords.invalidDo,
};

export interface Told {
  readonly what: string;
  /** Which fields, each with what is wrong with it. */
  readonly where: readonly { readonly field: string; readonly message: string }[];
  readonly todo: Words;
}

/** An error that the console itself can explain. */
export class ToldError extends Error {
  readonly words: Words;
  readonly todo: Words;

  constructor(words: Words, todo: Words) {
    super(words.en);
    this.words = words;
    this.todo = todo;
  }
}

/** Any error as what happened, where, and what to do about it. */
export function tell(error: unknown, language: Language): Told {
  if (error instanceof ToldError) return { what: error.words[language], where: [], todo: error.todo };
  if (error instanceof ServerUnreachable)
    return { what: commonWords.unreachable[language], where: [], todo: commonWords.unreachableDo };
  if (error instanceof RequestFailed) {
    const details = error.status?.details;
    const where = (details?.causes ?? []).map((cause) => ({
      field: cause.field ?? "",
      message: cause["x-yunhe"]?.[language] ?? cause.message ?? "",
    }));
    const what = details?.["x-yunhe"]?.message[language] ?? error.message;
    return { what, where, todo: nextSteps[error.code] ?? commonWords.tryAgainDo };
  }
  return { what: whatOf(error, language), where: [], todo: commonWords.tryAgainDo };
}

/** Errors of our own libraries say it in both languages. */
function whatOf(error: unknown, language: Language): string {
  if (!(error instanceof Error)) return String(error);
  const words = (error as { readonly words?: Partial<Words> }).words;
  return words?.[language] ?? error.message;
}

/** Faults of files say where they are in their own sentence: "data.csv row 3, column price: …". */
const namesPlace = (message: string, field: string): boolean => message.includes(field.split(" ")[0]!);

interface ProblemProps {
  readonly error: unknown;
  readonly onRetry?: (() => void) | undefined;
}

/** An error for people; nothing when there is none. */
export function Problem({ error, onRetry }: ProblemProps) {
  const { language } = useLanguage();
  const say = useSay();
  if (error === undefined || error === null) return null;
  const { what, where, todo } = tell(error, language);
  return (
    <div className={styles["problem"]} role="alert">
      <Icon name="warning" size={18} />
      <div>
        <p className={styles["what"]}>{where.length > 1 ? say(commonWords.failed) : what}</p>
        {where.length > 1 && (
          <ul>
            {where.map(({ field, message }) => (
              <li key={field + message}>
                {!namesPlace(message, field) && <code>{field} </code>}
                {message}
              </li>
            ))}
          </ul>
        )}
        <p className="soft">{say(todo)}</p>
        {onRetry && (
          <Button size="compact-sm" variant="default" mt={6} onClick={onRetry}>
            {say(commonWords.retry)}
          </Button>
        )}
      </div>
    </div>
  );
}
