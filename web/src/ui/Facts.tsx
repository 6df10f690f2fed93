import type { ReactNode } from "react";
import styles from "./Facts.module.css";

interface FactsProps {
  /** Name and value; a value that is undefined is left out. */
  readonly facts: readonly { readonly name: string; readonly value: ReactNode | undefined }[];
  /** Side by side over the width, instead of below each other. */
  readonly across?: boolean;
}

/** Names with their values. */
export function Facts({ facts, across = false }: FactsProps) {
  return (
    <dl className={across ? styles["across"] : styles["facts"]}>
      {facts
        .filter(({ value }) => value !== undefined && value !== "")
        .map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
