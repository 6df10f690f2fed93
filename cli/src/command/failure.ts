import { RequestFailed, ServerUnreachable } from "@yunhe/client";
import { type Language, words } from "@yunhe/client";
import { CommandError, exitCodes } from "./errors.ts";

/** Any error as what to print and what to return. */
export function failureOf(
  error: unknown,
  language: Language,
): { readonly lines: readonly string[]; readonly exitCode: number } {
  const known = asCommandError(error);
  if (known) return { lines: known.lines(language), exitCode: known.exitCode };
  if (error instanceof RequestFailed)
    return { lines: requestLines(error, language), exitCode: requestExit(error) };
  const text = error instanceof Error ? error.message : String(error);
  return { lines: [text], exitCode: exitCodes.failed };
}

function asCommandError(error: unknown): CommandError | undefined {
  if (error instanceof CommandError) return error;
  if (!(error instanceof ServerUnreachable)) return undefined;
  return new CommandError(
    exitCodes.unreachable,
    words("No Yunhe server answered.", "没有云鹤服务器应答。"),
    words(`Asked at ${error.server}.`, `地址：${error.server}。`),
    words(
      "Start one with `yunhe up`, or name yours with YUNHE_SERVER.",
      "请用 `yunhe up` 启动，或用 YUNHE_SERVER 指定服务器。",
    ),
  );
}

/** The server's own sentence, then each field that is wrong. */
function requestLines(error: RequestFailed, language: Language): string[] {
  // The sentence often names the fields already: then they are not said twice.
  const causes = (error.status?.details?.causes ?? []).filter(
    ({ message = "" }) => !error.message.includes(message),
  );
  const fields = causes.map(({ field, message }) => `  ${field ?? "?"}: ${message ?? ""}`);
  const toDo = error.code === 401 ? signIn[language] : undefined;
  return [error.message, ...fields, ...(toDo === undefined ? [] : [toDo])];
}

const signIn = words(
  "Sign in with `yunhe login`, or set YUNHE_TOKEN.",
  "请用 `yunhe login` 登录，或设置 YUNHE_TOKEN。",
);

function requestExit({ code }: RequestFailed): number {
  if (code === 401 || code === 403) return exitCodes.refused;
  if (code === 404) return exitCodes.notFound;
  if (code === 409 || code === 422) return exitCodes.invalid;
  return exitCodes.failed;
}
