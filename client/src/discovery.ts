import type { Column, Words } from "@yunhe/kernel";
import type { KindAddress } from "./resources.ts";
import type { Transport } from "./transport.ts";

/** Everything a generic page or command needs to know of a kind, as the server tells it at `/yunhe/kinds`. */
export interface KindDescription extends KindAddress {
  readonly kind: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly words: Words;
  readonly description: Words;
  readonly columns: readonly Column[];
  readonly readOnly: boolean;
  readonly apiVersion: string;
  /** Dotted paths that cannot change after creation. */
  readonly immutable: readonly string[];
  readonly actions: Readonly<
    Record<
      string,
      {
        readonly words: Words;
        readonly description: Words;
        readonly destructive: boolean;
        readonly input: JsonSchema;
      }
    >
  >;
  readonly example: Readonly<Record<string, unknown>>;
  /** The object as JSON Schema; `x-yunhe-zh` and `x-yunhe-format` stand beside `description`. */
  readonly schema: JsonSchema;
}

export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly "x-yunhe-zh"?: string;
  readonly "x-yunhe-format"?: string;
}

export const discover = async (transport: Transport): Promise<readonly KindDescription[]> =>
  (await transport.json<{ kinds: readonly KindDescription[] }>("/yunhe/kinds")).kinds;
