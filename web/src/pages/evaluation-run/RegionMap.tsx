import { Button } from "@mantine/core";
import { useState } from "react";
import { Problem } from "../../ui/Problem.tsx";
import { evaluationWords as words } from "../../words/evaluation.ts";
import { useSay } from "../../words/language.tsx";
import { EvaluationChart } from "./EvaluationChart.tsx";
import { type DrawnShape, NothingMatches, shapesOf } from "./geometry.ts";
import { inOrder, rounded, type RunView } from "./run-data.ts";
import { useShades } from "./shade.ts";
import { regionTiles } from "./tiles.ts";
import styles from "./run.module.css";

const size = 76;
const gap = 4;

/** Regions as tiles, coloured by score; an operator may load geometry of their own, which stays in the browser. */
export function RegionMap({ view }: { readonly view: RunView }) {
  const say = useSay();
  const { sequential } = useShades();
  const [shapes, setShapes] = useState<readonly DrawnShape[]>();
  const [error, setError] = useState<unknown>();
  const { index, table } = view;
  const least = Math.min(...index.scores);
  const range = Math.max(...index.scores) - least || 1;
  const shade = (e: number) => sequential((index.scores[e]! - least) / range);
  const read = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    try {
      setShapes(shapesOf(await file.text(), table.entities));
      setError(undefined);
    } catch (cause) {
      setError(cause instanceof NothingMatches ? new Error(say(words.noGeometry)) : cause);
    }
  };
  const rows = (): (string | number)[][] =>
    inOrder(view).map((e) => [index.ranks[e]!, table.entities[e]!.label[view.language], index.scores[e]!]);
  return (
    <>
      <EvaluationChart
        title={`${view.name(index.id)} · ${table.period}`}
        note={say(words.mapNote)}
        fileName={`${view.fileName}-map`}
        basis={view}
        table={() => ({ columns: [say(words.rank), say(words.entity), say(words.score)], rows: rows() })}
        actions={
          shapes && (
            <Button variant="default" size="compact-sm" onClick={() => setShapes(undefined)}>
              {say(words.tiles)}
            </Button>
          )
        }
      >
        {shapes ? (
          <svg viewBox="0 0 720 560" className={styles["map"]}>
            {shapes.map(({ path, entity }, at) => (
              <path
                key={at}
                d={path}
                fill={entity < 0 ? "none" : shade(entity).fill}
                stroke="var(--yh-line-strong)"
              >
                <title>
                  {entity < 0
                    ? ""
                    : `${table.entities[entity]!.label[view.language]}: ${rounded(index.scores[entity]!)}`}
                </title>
              </path>
            ))}
          </svg>
        ) : (
          <Tiles view={view} shade={shade} />
        )}
      </EvaluationChart>
      <Problem error={error} />
      <label className="soft small">
        {say(words.geometry)}{" "}
        <input
          type="file"
          accept=".json,.geojson"
          onChange={(event) => void read(event.currentTarget.files?.[0])}
        />
      </label>
    </>
  );
}

/** Entities without a place of their own stand in rows below. */
function Tiles({
  view,
  shade,
}: {
  readonly view: RunView;
  readonly shade: (e: number) => { fill: string; text: string };
}) {
  const { table, index, language } = view;
  const others = table.entities.filter(({ id }) => regionTiles[id] === undefined);
  const known = table.entities.length - others.length;
  const first = known === 0 ? 0 : 8;
  const placeOf = (id: string): readonly [number, number] => {
    const at = others.findIndex((entity) => entity.id === id);
    return regionTiles[id] ?? [(at % 8) + 1, first + Math.floor(at / 8)];
  };
  const rows = Math.max(...table.entities.map(({ id }) => placeOf(id)[1])) + 1;
  return (
    <svg viewBox={`${size + gap} 0 ${8 * (size + gap)} ${rows * (size + gap)}`} className={styles["map"]}>
      {table.entities.map(({ id, label }, e) => {
        const [column, line] = placeOf(id);
        const { fill, text } = shade(e);
        const name = label[language];
        return (
          <g key={id} transform={`translate(${column * (size + gap)} ${line * (size + gap)})`}>
            <title>{`${name}: ${rounded(index.scores[e]!)} (${index.ranks[e]})`}</title>
            <rect width={size} height={size} rx={5} fill={fill} stroke="var(--yh-line)" />
            <text
              x={size / 2}
              y={30}
              textAnchor="middle"
              fill={text}
              fontSize={name.length > 11 ? 9.5 : 11.5}
            >
              {name}
            </text>
            <text x={size / 2} y={50} textAnchor="middle" fill={text} fontWeight={600}>
              {rounded(index.scores[e]!, 1)}
            </text>
            <text x={size / 2} y={66} textAnchor="middle" fill={text} fontSize={10}>
              {`#${index.ranks[e]}`}
            </text>
          </g>
        );
      })}
    </svg>
  );
}
