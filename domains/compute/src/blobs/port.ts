/**
 * Content-addressed files: inputs sent with tasks, outputs kept of them. A blob belongs to a project; the same bytes
 * in two projects are two blobs for the reader and may be one file underneath.
 */
export interface BlobStore {
  /** Writes the stream, checks it against `sha256` where given, and gives digest and size. Durable when it resolves. */
  put(
    project: string,
    content: AsyncIterable<Uint8Array>,
    expected?: { readonly sha256?: string },
  ): Promise<Blob>;
  /** Undefined when the project has no such blob. */
  stat(project: string, sha256: string): Promise<Blob | undefined>;
  /** A file on this host that holds the content; for handing to an engine on this host. */
  path(project: string, sha256: string): Promise<string | undefined>;
}

export interface Blob {
  readonly sha256: string;
  readonly bytes: number;
}
