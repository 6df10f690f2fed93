import { ActionIcon, Menu } from "@mantine/core";
import { type ReactNode, useRef } from "react";
import { ChartFrame, type ChartTable } from "../../ui/chart/ChartFrame.tsx";
import { useChartColours } from "../../ui/chart/palette.ts";
import { Icon } from "../../ui/Icon.tsx";
import { saveBlob } from "../../ui/save.ts";
import { commonWords } from "../../words/common.ts";
import { evaluationWords as words } from "../../words/evaluation.ts";
import { useSay } from "../../words/language.tsx";
import { pngOf, svgText } from "./image.ts";

/** What the numbers of a chart rest on. */
export interface ChartBasis {
  readonly synthetic: boolean;
  /** Who published them; undefined where the note says it. */
  readonly source: string | undefined;
}

interface EvaluationChartProps {
  readonly title: string;
  readonly note?: string;
  readonly fileName: string;
  readonly table: () => ChartTable;
  /** Said on screen, in the table and in every file. */
  readonly basis: ChartBasis;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A chart of the evaluation: with its numbers as a table, as CSV, SVG and PNG; what is synthetic says so everywhere. */
export function EvaluationChart({
  title,
  note,
  fileName,
  table,
  basis: { synthetic, source },
  actions,
  children,
}: EvaluationChartProps) {
  const say = useSay();
  const colours = useChartColours();
  const host = useRef<HTMLDivElement>(null);
  const sourced = source === undefined ? undefined : say(words.sourceOf, { source });
  const notes = [synthetic ? say(words.syntheticNote) : undefined, note, sourced].filter(
    (each): each is string => each !== undefined && each !== "",
  );
  const name = synthetic ? `${fileName}-synthetic` : fileName;
  const picture = (): string | undefined => {
    const svg = host.current?.querySelector("svg");
    return svg ? svgText(svg, [title, ...notes], colours) : undefined;
  };
  const saveSvg = (): void => {
    const text = picture();
    if (text !== undefined) saveBlob(`${name}.svg`, new Blob([text], { type: "image/svg+xml" }));
  };
  const savePng = async (): Promise<void> => {
    const text = picture();
    if (text !== undefined) saveBlob(`${name}.png`, await pngOf(text));
  };
  const marked = (): ChartTable => {
    const { columns, rows } = table();
    const footnote = notes.join(" ");
    return synthetic
      ? {
          columns: [...columns, say(words.basis)],
          rows: rows.map((row) => [...row, say(words.synthetic)]),
          footnote,
        }
      : { columns, rows, footnote };
  };
  return (
    <ChartFrame
      title={title}
      note={notes.join(" ")}
      fileName={name}
      table={marked}
      actions={
        <>
          {actions}
          <Menu>
            <Menu.Target>
              <ActionIcon aria-label={`${title}: ${say(commonWords.downloadImage)}`}>
                <Icon name="screen" />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={saveSvg}>{say(words.downloadSvg)}</Menu.Item>
              <Menu.Item onClick={() => void savePng()}>{say(words.downloadPng)}</Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </>
      }
    >
      <div ref={host}>{children}</div>
    </ChartFrame>
  );
}
