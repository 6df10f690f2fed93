import { kindsWords } from "../words/kinds.ts";
import { useSay } from "../words/language.tsx";
import { CopyButton } from "./Copy.tsx";
import { Notice } from "./Notice.tsx";

/** A text that is shown once. */
export function Secret({ label, text }: { readonly label: string; readonly text: string }) {
  const say = useSay();
  return (
    <div style={{ display: "grid", gap: 10 }}>
      <Notice>{say(kindsWords.secretOnce)}</Notice>
      <div style={{ display: "flex", alignItems: "center", gap: 8 }}>
        <code
          aria-label={label}
          style={{
            padding: "8px 10px",
            border: "1px solid var(--yh-line-strong)",
            borderRadius: 4,
            minWidth: 0,
          }}
        >
          {text}
        </code>
        <CopyButton text={text} label={label} />
      </div>
    </div>
  );
}
