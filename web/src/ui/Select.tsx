import { type ReactNode, useId } from "react";
import { Icon } from "./Icon.tsx";
import styles from "./Select.module.css";

interface SelectProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly onChange: (value: string) => void;
  /** The label is read aloud but not shown. */
  readonly quiet?: boolean;
  readonly description?: ReactNode;
  readonly error?: string | undefined;
  readonly disabled?: boolean;
}

/** The platform's own select: works with every keyboard, phone and screen reader. */
export function Select({
  label,
  value,
  options,
  onChange,
  quiet = false,
  description,
  error,
  disabled,
}: SelectProps) {
  const id = useId();
  return (
    <div className={styles["field"]}>
      <label htmlFor={id} className={quiet ? "visually-hidden" : styles["label"]}>
        {label}
      </label>
      {description !== undefined && <span className={styles["description"]}>{description}</span>}
      <span className={styles["box"]}>
        <select
          id={id}
          value={value}
          disabled={disabled}
          aria-invalid={error !== undefined}
          onChange={(event) => onChange(event.currentTarget.value)}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
        <Icon name="down" size={12} />
      </span>
      {error !== undefined && <span className={styles["error"]}>{error}</span>}
    </div>
  );
}
