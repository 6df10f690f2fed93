import type { z } from "zod";
import type { Cause } from "./errors.ts";
import { type KindKey, kindKey, type Resource } from "./resource.ts";
import type { Words } from "./words.ts";

/** The top-level fields of a kind beside metadata, usually `spec` and `status`. */
export type KindFields = Readonly<Record<string, z.ZodType>>;

export type FieldsOf<Fields extends KindFields> = {
  -readonly [Name in keyof Fields]: z.output<Fields[Name]>;
};

/** What a person meets first about a kind in a list; also the server-side table. */
export interface Column {
  readonly name: Words;
  /** JSON path without the leading dollar: `.status.phase`, `.spec.after[0]`. */
  readonly path: string;
  readonly type: "string" | "integer" | "number" | "boolean" | "date";
  /** 0 shows always, higher only with `-o wide`. */
  readonly priority?: number;
  /** How to show it: plain, bytes, a state with a colour, a duration in milliseconds. */
  readonly format?: "bytes" | "state" | "durationMs" | "percent";
  readonly description?: Words;
}

/** Something one can do to an object beside editing it: `POST …/NAME/ACTION`. It is a permission of its own. */
export interface ActionDefinition {
  readonly words: Words;
  readonly description: Words;
  readonly input: z.ZodType;
  /** Ends or destroys something: ask before. */
  readonly destructive?: boolean;
}

export interface KindDefinition<Fields extends KindFields = KindFields> {
  /** `compute.yunhe.dev`; "" is the core group. */
  readonly group: string;
  readonly version: "v1";
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly scope: "Namespaced" | "Cluster";
  readonly words: Words;
  readonly description: Words;
  /** Strict zod schemas; field words come from `field()`. People write all but `status`. */
  readonly fields: Fields;
  readonly columns: readonly Column[];
  readonly actions: Readonly<Record<string, ActionDefinition>>;
  /** Dotted paths (`spec.command`) that cannot change after creation. */
  readonly immutable: readonly string[];
  /** Dotted paths of lists that server-side apply merges by these keys; other lists are replaced whole. */
  readonly mapLists: Readonly<Record<string, readonly string[]>>;
  /** Checks between fields that a schema cannot say; pure. `previous` is undefined on creation. */
  readonly check: (
    next: Resource<FieldsOf<Fields>>,
    previous?: Resource<FieldsOf<Fields>>,
  ) => readonly Cause[];
  /** Finalizers put on every new object: its deletion waits until a reconciler has removed them. */
  readonly finalizers: readonly string[];
  /** Written by the control plane alone: people may read and delete, not create or update. */
  readonly readOnly: boolean;
  /** A small example manifest, for `explain`, the create form and the reference; checked by a test. */
  readonly example: Readonly<Record<string, unknown>>;
}

type Optional =
  | "version"
  | "singular"
  | "shortNames"
  | "categories"
  | "columns"
  | "actions"
  | "immutable"
  | "mapLists"
  | "check"
  | "finalizers"
  | "readOnly";

/** Defines a kind once; routes, OpenAPI, client, CLI, tables, console, permissions, audit and docs come from it. */
export function defineKind<const Fields extends KindFields>(
  definition: Omit<KindDefinition<Fields>, Optional> & Partial<Pick<KindDefinition<Fields>, Optional>>,
): KindDefinition<Fields> {
  return Object.freeze({
    version: "v1",
    singular: definition.kind.toLowerCase(),
    shortNames: [],
    categories: [],
    columns: [],
    actions: {},
    immutable: [],
    mapLists: {},
    check: () => [],
    finalizers: [],
    readOnly: false,
    ...definition,
  } satisfies KindDefinition<Fields>);
}

/** The type of the objects of a kind: `type Task = ResourceOf<typeof taskKind>`. */
export type ResourceOf<Kind> = Kind extends KindDefinition<infer Fields> ? Resource<FieldsOf<Fields>> : never;

/** A kind whose fields are not known to the type checker, as the generic machinery sees it. */
// oxlint-disable-next-line typescript/no-explicit-any -- `check` takes the kind's own resource type: no common supertype
export type AnyKind = KindDefinition<any>;

export const keyOfKind = (kind: Pick<AnyKind, "group" | "plural">): KindKey =>
  kindKey(kind.group, kind.plural);

export const apiVersionOf = (kind: Pick<AnyKind, "group" | "version">): string =>
  kind.group === "" ? kind.version : `${kind.group}/${kind.version}`;

export interface FieldWords {
  readonly en: string;
  readonly zh: string;
  /** A unit or format a form can use: `bytes`, `cores`, `ms`, `seconds`, `multiline`, `secret`, `ref:tasks.compute.yunhe.dev`. */
  readonly format?: string;
}

/** Gives a schema its words; they reach OpenAPI as `description` and `x-yunhe-zh`. */
export function field<Schema extends z.ZodType>(schema: Schema, text: FieldWords): Schema {
  return schema.meta({
    description: text.en,
    "x-yunhe-zh": text.zh,
    ...(text.format === undefined ? {} : { "x-yunhe-format": text.format }),
  });
}
