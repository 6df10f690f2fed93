import type { Cause, StatusReason, Words } from "@yunhe/kernel";

/** The Kubernetes `Status` that every refusal comes as, with both languages under `x-yunhe`. */
export interface StatusBody {
  readonly kind: "Status";
  readonly status: "Failure" | "Success";
  readonly message?: string;
  readonly reason?: StatusReason;
  readonly code?: number;
  readonly details?: {
    readonly name?: string;
    readonly kind?: string;
    readonly retryAfterSeconds?: number;
    readonly causes?: readonly {
      readonly field?: string;
      readonly reason?: Cause["reason"];
      readonly message?: string;
      /** `message` in both languages. */
      readonly "x-yunhe"?: Words;
    }[];
    /** The message of the whole in both languages. */
    readonly "x-yunhe"?: { readonly message: Words };
  };
}

/** The server said no. `status` is its answer; `message` is in the language that was asked for. */
export class RequestFailed extends Error {
  override readonly name = "RequestFailed";
  readonly code: number;
  readonly reason: string;
  readonly status: StatusBody | undefined;

  constructor(code: number, status: StatusBody | undefined, fallback: string) {
    super(status?.message ?? fallback);
    this.code = code;
    this.reason = status?.reason ?? "Unknown";
    this.status = status;
  }
}

/** Nobody answered at the address. */
export class ServerUnreachable extends Error {
  override readonly name = "ServerUnreachable";
  readonly server: string;
  constructor(server: string, options?: ErrorOptions) {
    super(`no answer from ${server}`, options);
    this.server = server;
  }
}
