/** Content-addressed bytes of a project: data sets that are too large for an object, results, bundles. */
export interface Contents {
  /** Durable when it resolves. */
  put(project: string, bytes: Uint8Array): Promise<Content>;
  /** Undefined when the project has none of this digest. */
  read(project: string, sha256: string): Promise<Uint8Array | undefined>;
}

export interface Content {
  readonly sha256: string;
  readonly bytes: number;
}
