import { type ReactNode, useId } from "react";
import styles from "./form.module.css";

interface TextFieldProps {
  readonly label: ReactNode;
  readonly description?: ReactNode;
  readonly error?: string | undefined;
  readonly required?: boolean;
  readonly value: string;
  readonly placeholder?: string | undefined;
  readonly onChange: (value: string) => void;
  /** More than one line. */
  readonly rows?: number;
  readonly mono?: boolean;
  /** Offered while writing; anything else can be written too. */
  readonly suggestions?: readonly string[];
  readonly type?: "text" | "number";
  readonly autoFocus?: boolean;
}

/** A field with its name, what it means, and what is wrong with it. */
export function TextField(props: TextFieldProps) {
  const {
    label,
    description,
    error,
    required = false,
    value,
    placeholder,
    onChange,
    rows,
    mono = false,
    suggestions,
    type,
    autoFocus,
  } = props;
  const id = useId();
  const shared = {
    id,
    value,
    placeholder,
    className: mono ? "mono" : undefined,
    "aria-invalid": error !== undefined,
    "aria-required": required,
    "aria-describedby": `${id}-about`,
    autoComplete: "off",
    autoFocus,
    spellCheck: !mono,
  } as const;
  return (
    <div className={styles["field"]}>
      <label htmlFor={id}>
        {label}
        {required && (
          <span className={styles["required"]} aria-hidden="true">
            {" "}
            *
          </span>
        )}
      </label>
      {rows === undefined ? (
        <input
          {...shared}
          type={type === "number" ? "text" : "text"}
          inputMode={type === "number" ? "decimal" : undefined}
          list={suggestions ? `${id}-list` : undefined}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      ) : (
        <textarea {...shared} rows={rows} onChange={(event) => onChange(event.currentTarget.value)} />
      )}
      {suggestions && (
        <datalist id={`${id}-list`}>
          {suggestions.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
      )}
      <span id={`${id}-about`}>
        {error !== undefined && <span className={styles["error"]}>{error}</span>}
        {description !== undefined && <span className={styles["description"]}>{description}</span>}
      </span>
    </div>
  );
}

interface FieldGroupProps {
  readonly legend: ReactNode;
  readonly description?: ReactNode;
  readonly error?: string | undefined;
  readonly children: ReactNode;
}

/** Fields that belong together. */
export function FieldGroup({ legend, description, error, children }: FieldGroupProps) {
  return (
    <fieldset className={styles["group"]}>
      <legend>{legend}</legend>
      {description !== undefined && <span className={styles["description"]}>{description}</span>}
      {error !== undefined && <span className={styles["error"]}>{error}</span>}
      {children}
    </fieldset>
  );
}
