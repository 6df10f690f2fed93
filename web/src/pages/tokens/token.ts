import type { AnyResource } from "@yunhe/kernel";

export interface Token extends AnyResource {
  readonly spec: {
    readonly type: "api" | "session";
    readonly subject: { readonly kind: string; readonly name: string; readonly project?: string };
    readonly description?: string;
    readonly expiresAt: string;
  };
  readonly status?: { readonly prefix: string; readonly lastUsedAt?: string; readonly revoked: boolean };
}

export function stateOfToken({ spec, status }: Token, nowMs: number): "valid" | "revoked" | "expired" {
  if (status?.revoked === true) return "revoked";
  return Date.parse(spec.expiresAt) <= nowMs ? "expired" : "valid";
}

export const subjectText = ({ spec: { subject } }: Token): string =>
  subject.project === undefined ? subject.name : `${subject.project}/${subject.name}`;
