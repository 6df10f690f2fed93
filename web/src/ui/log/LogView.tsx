import { memo, useEffect, useRef } from "react";
import { ansiRuns, plainText } from "./ansi.ts";
import type { LogBlock, LogText } from "./log-buffer.ts";
import styles from "./LogView.module.css";

interface LogViewProps {
  readonly label: string;
  readonly text: LogText;
  readonly wrap: boolean;
  /** Marks what matches, in lower case; "" marks nothing. */
  readonly query: string;
  readonly onlyMatches: boolean;
  readonly follow: boolean;
  /** The person scrolled away from the end, or back to it. */
  readonly onFollow: (follow: boolean) => void;
}

/** Lines of a log with their numbers; stays at the end while it follows. */
export function LogView({ label, text, wrap, query, onlyMatches, follow, onFollow }: LogViewProps) {
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (follow && frame.current) frame.current.scrollTop = frame.current.scrollHeight;
  });
  const onScroll = (): void => {
    const { scrollTop, scrollHeight, clientHeight } = frame.current!;
    const isAtEnd = scrollHeight - clientHeight - scrollTop < 24;
    if (isAtEnd !== follow) onFollow(isAtEnd);
  };
  return (
    <div
      ref={frame}
      className={styles["log"]}
      data-wrap={wrap || undefined}
      onScroll={onScroll}
      tabIndex={0}
      role="log"
      aria-label={label}
      aria-live="off"
    >
      {text.blocks.map((block) => (
        <Block key={block.first} block={block} query={query} onlyMatches={onlyMatches && query !== ""} />
      ))}
    </div>
  );
}

interface BlockProps {
  readonly block: LogBlock;
  readonly query: string;
  readonly onlyMatches: boolean;
}

const Block = memo(function Block({ block, query, onlyMatches }: BlockProps) {
  return (
    <div className={styles["block"]}>
      {block.lines.map((line, at) => {
        const hit = query !== "" && plainText(line).toLowerCase().includes(query);
        if (onlyMatches && !hit) return null;
        return (
          <div key={at} className={styles["line"]} data-hit={hit || undefined}>
            <span className={styles["number"]} aria-hidden="true">
              {block.first + at}
            </span>
            <span className={styles["text"]}>{hit ? marked(plainText(line), query) : coloured(line)}</span>
          </div>
        );
      })}
    </div>
  );
});

const coloured = (line: string) =>
  ansiRuns(line).map(({ text, colour, bold }, at) =>
    colour === undefined && !bold ? (
      text
    ) : (
      <span key={at} data-colour={colour} style={bold ? { fontWeight: 700 } : undefined}>
        {text}
      </span>
    ),
  );

function marked(line: string, query: string) {
  const lower = line.toLowerCase();
  const parts = [];
  let at = 0;
  for (let found = lower.indexOf(query); found >= 0; found = lower.indexOf(query, at)) {
    parts.push(line.slice(at, found), <mark key={found}>{line.slice(found, found + query.length)}</mark>);
    at = found + query.length;
  }
  parts.push(line.slice(at));
  return parts;
}
