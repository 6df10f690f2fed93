import { useState } from "react";
import { commandLine } from "../../api/task.ts";
import { Choice } from "../../ui/Choice.tsx";
import { TextField } from "../../ui/form/Field.tsx";
import { submitWords } from "../../words/submit.ts";
import { useSay } from "../../words/language.tsx";
import { splitCommand, type Style, styleOf } from "./command.ts";

interface CommandFieldProps {
  readonly command: readonly string[];
  readonly error: string | undefined;
  readonly onChange: (command: readonly string[]) => void;
}

/** What to run, as a command line or as a script for the shell. */
export function CommandField({ command, error, onChange }: CommandFieldProps) {
  const say = useSay();
  const [style, setStyle] = useState<Style>(() => styleOf(command));
  const [line, setLine] = useState(() => commandLine(command));
  const isScript = style === "script";
  const script = command[0] === "sh" && command[1] === "-c" ? (command[2] ?? "") : commandLine(command);
  // The text of a line says more than its words (blanks, open quotes): it is kept while it still means the same.
  const shown = JSON.stringify(splitCommand(line)) === JSON.stringify(command) ? line : commandLine(command);
  const choose = (next: string): void => {
    setStyle(next === "script" ? "script" : "command");
    if (next === "script") onChange(["sh", "-c", script]);
    else onChange(splitCommand(script.includes("\n") ? commandLine(command) : script));
  };
  return (
    <>
      <Choice
        label={say(submitWords.how)}
        value={style}
        onChange={choose}
        options={[
          { value: "command", label: say(submitWords.asCommand) },
          { value: "script", label: say(submitWords.asScript) },
        ]}
      />
      <TextField
        label={say(isScript ? submitWords.script : submitWords.command)}
        description={say(isScript ? submitWords.scriptHint : submitWords.commandHint)}
        error={error}
        required
        mono
        rows={isScript ? 6 : 2}
        autoFocus
        placeholder={isScript ? "set -e\npython3 train.py --lr 0.1" : "python3 train.py --lr 0.1"}
        value={isScript ? script : shown}
        onChange={(text) => {
          setLine(text);
          onChange(isScript ? ["sh", "-c", text] : splitCommand(text));
        }}
      />
    </>
  );
}
