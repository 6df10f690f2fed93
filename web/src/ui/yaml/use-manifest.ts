import { useCallback, useMemo, useState } from "react";
import type { Path, Plain } from "../form/paths.ts";
import { withValueAt } from "../form/paths.ts";
import { parseManifest, type ParsedManifest, yamlOf } from "./manifest.ts";

/** One manifest that a form and a text edit together: the text leads while it is being written, and is parsed on every key. */
export interface EditedManifest {
  readonly object: Plain;
  readonly text: string;
  readonly parsed: ParsedManifest;
  /** True once somebody changed something. */
  readonly touched: boolean;
  readonly setText: (text: string) => void;
  readonly setAt: (path: Path, value: unknown) => void;
  readonly replace: (object: Plain) => void;
}

interface State {
  readonly object: Plain;
  readonly text: string;
  readonly touched: boolean;
}

const stateOf = (object: Plain): State => ({ object, text: yamlOf(object), touched: false });

export function useManifest(first: () => Plain): EditedManifest {
  const [state, setState] = useState(() => stateOf(first()));
  const parsed = useMemo(() => parseManifest(state.text), [state.text]);
  const setText = useCallback((text: string) => {
    const next = parseManifest(text);
    setState((before) => ({ object: next.ok ? next.object : before.object, text, touched: true }));
  }, []);
  const setAt = useCallback((path: Path, value: unknown) => {
    setState((before) => ({ ...stateOf(withValueAt(before.object, path, value) as Plain), touched: true }));
  }, []);
  const replace = useCallback((object: Plain) => setState(stateOf(object)), []);
  return { ...state, parsed, setText, setAt, replace };
}
