declare const brand: unique symbol;
type Branded<Base, Name extends string> = Base & { readonly [brand]: Name };

/** The identity of one object for ever; a name can be used again, a uid cannot (invariant C5). */
export type Uid = Branded<string, "Uid">;

/** The number of one row of the revision log: resourceVersion, watch cursor and audit order at once. */
export type Revision = number;

/** `plural.group`, e.g. `tasks.compute.yunhe.dev`; the core group gives the bare plural. */
export type KindKey = Branded<string, "KindKey">;

export const kindKey = (group: string, plural: string): KindKey =>
  (group === "" ? plural : `${plural}.${group}`) as KindKey;

/** Where an object stands; `namespace` is "" for kinds of the cluster. */
export interface ObjectKey {
  readonly kind: KindKey;
  readonly namespace: string;
  readonly name: string;
}

export const keyText = (key: ObjectKey): string => `${key.kind}/${key.namespace}/${key.name}`;

/** https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#metadata */
export interface ObjectMeta {
  name: string;
  generateName?: string;
  namespace?: string;
  uid: Uid;
  resourceVersion: string;
  /** Counts changes of the spec; status writes leave it alone. */
  generation: number;
  /** RFC 3339, UTC. */
  creationTimestamp: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
  managedFields?: ManagedFields[];
}

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: Uid;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

/** Which manager set which fields, for server-side apply. */
export interface ManagedFields {
  manager: string;
  operation: "Apply" | "Update";
  apiVersion: string;
  time: string;
  fieldsType: "FieldsV1";
  fieldsV1: Record<string, unknown>;
  subresource?: string;
}

/** Any object as it stands in the store and on the wire. */
export interface AnyResource {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  [field: string]: unknown;
}

/** An object of a kind whose top-level fields have the types `Fields`. */
export type Resource<Fields> = Omit<AnyResource, keyof Fields> & {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
} & Fields;

/** https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#typical-status-properties */
export interface Condition {
  type: string;
  status: "True" | "False" | "Unknown";
  reason: string;
  message: string;
  /** The same message in Simplified Chinese. */
  messageZh?: string;
  lastTransitionTime: string;
  observedGeneration?: number;
}
