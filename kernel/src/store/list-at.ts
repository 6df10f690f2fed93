import type { Revision } from "../resource.ts";
import type { Backend, CurrentRange, Row, Touched } from "./backend.ts";

type Name = CurrentRange["after"] & {};

const before = (left: Name, right: Name): boolean =>
  left.namespace === right.namespace ? left.name < right.name : left.namespace < right.namespace;

/**
 * The live objects as of an earlier revision: the present ones with everything since undone. Costs time in proportion
 * to the changes of the kind since then, which is little for the pages of one list; in return the log needs no index
 * by object, and each write touches one page of the file less.
 */
export function listAt(backend: Backend, range: CurrentRange, at: Revision): readonly Row[] {
  const since = firstTouches(backend.touched(range.kind, at), range);
  const restored = [...since.values()]
    .filter(({ previous, type }) => type !== "ADDED" && previous > 0)
    .sort((left, right) => (before(left.key, right.key) ? -1 : 1));
  const items: Row[] = [];
  for (const row of merge(untouched(backend, range, since), restored.values(), backend)) {
    items.push(row);
    if (items.length === range.limit) break;
  }
  return items;
}

/** For each name in the range, its first change: that one knows the version of before. */
function firstTouches(touched: readonly Touched[], range: CurrentRange): Map<string, Touched> {
  const first = new Map<string, Touched>();
  for (const touch of touched) {
    const { namespace, name } = touch.key;
    if (range.namespace !== undefined && namespace !== range.namespace) continue;
    if (range.after !== undefined && !before(range.after, touch.key)) continue;
    const text = `${namespace}/${name}`;
    if (!first.has(text)) first.set(text, touch);
  }
  return first;
}

function* untouched(backend: Backend, range: CurrentRange, since: Map<string, Touched>): Generator<Row> {
  let after = range.after;
  for (;;) {
    const page = backend.list({ ...range, after });
    for (const row of page) if (!since.has(`${row.key.namespace}/${row.key.name}`)) yield row;
    if (page.length < range.limit) return;
    after = page.at(-1)?.key;
  }
}

function* merge(present: Generator<Row>, restored: Iterator<Touched>, backend: Backend): Generator<Row> {
  let left = present.next();
  let right = restored.next();
  while (left.done !== true || right.done !== true) {
    if (right.done === true || (left.done !== true && before(left.value.key, right.value.key))) {
      yield left.value as Row;
      left = present.next();
    } else {
      yield backend.version(right.value.previous)!;
      right = restored.next();
    }
  }
}
