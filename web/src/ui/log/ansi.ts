/** A run of text in one style. */
export interface AnsiRun {
  readonly text: string;
  /** 0…7 as terminals number their colours; undefined: the default. */
  readonly colour: number | undefined;
  readonly bold: boolean;
}

// oxlint-disable-next-line no-control-regex -- escape sequences are what is looked for
const sequence = /\u001B\[([0-9;]*)([A-Za-z])|\u001B\][^\u0007]*\u0007/g;

/** Colours and bold of ECMA-48 (select graphic rendition); every other escape sequence is left out. */
export function ansiRuns(line: string): readonly AnsiRun[] {
  if (!line.includes("\u001B")) return [{ text: line, colour: undefined, bold: false }];
  const runs: AnsiRun[] = [];
  let style: Omit<AnsiRun, "text"> = { colour: undefined, bold: false };
  let at = 0;
  for (const match of line.matchAll(sequence)) {
    if (match.index > at) runs.push({ text: line.slice(at, match.index), ...style });
    at = match.index + match[0].length;
    if (match[2] === "m") style = restyle(style, match[1] ?? "");
  }
  if (at < line.length) runs.push({ text: line.slice(at), ...style });
  return runs;
}

function restyle(before: Omit<AnsiRun, "text">, codes: string): Omit<AnsiRun, "text"> {
  let style = before;
  for (const code of codes.split(";").map(Number)) {
    if (code === 0) style = { colour: undefined, bold: false };
    else if (code === 1) style = { ...style, bold: true };
    else if (code === 22) style = { ...style, bold: false };
    else if (code === 39) style = { ...style, colour: undefined };
    else if (code >= 30 && code <= 37) style = { ...style, colour: code - 30 };
    else if (code >= 90 && code <= 97) style = { ...style, colour: code - 90 };
  }
  return style;
}

export const plainText = (line: string): string => line.replaceAll(sequence, "");
