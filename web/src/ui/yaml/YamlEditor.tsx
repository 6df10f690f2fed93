import { useId, useRef } from "react";
import styles from "./YamlEditor.module.css";

export interface LineMark {
  readonly line: number;
  readonly message: string;
}

interface YamlEditorProps {
  readonly label: string;
  readonly text: string;
  readonly onChange?: ((text: string) => void) | undefined;
  readonly marks?: readonly LineMark[];
  readonly minLines?: number;
}

/** A manifest with line numbers; lines with something wrong are marked, and said below. Without `onChange` it is for reading. */
export function YamlEditor({ label, text, onChange, marks = [], minLines = 12 }: YamlEditorProps) {
  const gutter = useRef<HTMLPreElement>(null);
  const id = useId();
  const lines = Math.max(text.split("\n").length, minLines);
  const bad = new Set(marks.map(({ line }) => line));
  return (
    <div>
      <div className={styles["editor"]} style={{ height: `calc(${Math.min(lines, 40)} * 1.55em + 18px)` }}>
        <pre ref={gutter} className={styles["gutter"]} aria-hidden="true">
          {Array.from({ length: lines }, (_, at) => (
            <span key={at} data-bad={bad.has(at + 1) || undefined}>
              {at + 1}
            </span>
          ))}
        </pre>
        <textarea
          className={styles["text"]}
          aria-label={label}
          aria-describedby={marks.length > 0 ? id : undefined}
          aria-invalid={marks.length > 0}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          wrap="off"
          value={text}
          readOnly={onChange === undefined}
          onChange={(event) => onChange?.(event.currentTarget.value)}
          onScroll={(event) => {
            if (gutter.current) gutter.current.scrollTop = event.currentTarget.scrollTop;
          }}
        />
      </div>
      {marks.length > 0 && (
        <ul id={id} className={styles["marks"]} role="alert">
          {marks.map(({ line, message }) => (
            <li key={`${line}${message}`}>
              <b>{line}</b> {message}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
