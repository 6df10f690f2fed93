import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Icon } from "./Icon.tsx";

interface BackProps {
  readonly to: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly children: ReactNode;
}

/** The way to the list that an object stands in. */
export function Back({ to, params, children }: BackProps) {
  return (
    <Link
      to={to}
      params={params as never}
      className="soft small"
      style={{ display: "inline-flex", alignItems: "center", gap: 3 }}
    >
      <Icon name="back" size={12} />
      {children}
    </Link>
  );
}
