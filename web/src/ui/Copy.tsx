import { ActionIcon, Tooltip } from "@mantine/core";
import { useState } from "react";
import { commonWords } from "../words/common.ts";
import { useSay } from "../words/language.tsx";
import { Icon } from "./Icon.tsx";

/** Copies a text. Browsers offer the clipboard on secure pages alone, hence the older way beside it. */
async function copy(text: string): Promise<void> {
  if (window.isSecureContext) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

export function CopyButton({ text, label }: { readonly text: string; readonly label?: string }) {
  const say = useSay();
  const [done, setDone] = useState(false);
  const onClick = async (): Promise<void> => {
    await copy(text);
    setDone(true);
    setTimeout(() => setDone(false), 1500);
  };
  return (
    <Tooltip label={say(done ? commonWords.copied : commonWords.copy)}>
      <ActionIcon
        size="sm"
        aria-label={`${say(done ? commonWords.copied : commonWords.copy)} ${label ?? text}`}
        onClick={() => void onClick()}
      >
        <Icon name={done ? "check" : "copy"} size={14} />
      </ActionIcon>
    </Tooltip>
  );
}

/** A name for machines, with a button that copies it. */
export function CopyText({ text }: { readonly text: string }) {
  return (
    <span style={{ display: "inline-flex", alignItems: "center", gap: 4 }}>
      <code>{text}</code>
      <CopyButton text={text} />
    </span>
  );
}
