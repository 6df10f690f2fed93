/**
 * Compute identifiers (算力标识): one stable hierarchical name for every pool, node and device.
 *
 *     yhc:PROVIDER:REGION:POOL                            a pool
 *     yhc:PROVIDER:REGION:POOL:NODE@ARCHITECTURE          a node
 *     yhc:PROVIDER:REGION:POOL:NODE:DEVICE@MODEL          a device
 *
 * Parts are lower case; characters beside letters, digits, `.`, `_` and `-` become `-`.
 */
export interface IdentifierParts {
  readonly provider: string;
  readonly region: string;
  readonly pool: string;
  readonly node?: string;
  readonly device?: string;
  /** Architecture of a node, model of a device. */
  readonly type?: string;
}

const clean = (part: string): string =>
  part
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^-+|-+$/g, "") || "-";

export function identifier(parts: IdentifierParts): string {
  const path = [parts.provider, parts.region, parts.pool, parts.node, parts.device].filter(
    (part) => part !== undefined,
  );
  const type = parts.type === undefined ? "" : `@${clean(parts.type)}`;
  return `yhc:${path.map(clean).join(":")}${type}`;
}

/** Undefined when the text is no identifier. */
export function parseIdentifier(text: string): IdentifierParts | undefined {
  const match = /^yhc:([^:@]+):([^:@]+):([^:@]+)(?::([^:@]+))?(?::([^:@]+))?(?:@([^:@]+))?$/.exec(text);
  if (!match) return undefined;
  const [, provider, region, pool, node, device, type] = match;
  if (provider === undefined || region === undefined || pool === undefined) return undefined;
  return {
    provider,
    region,
    pool,
    ...(node === undefined ? {} : { node }),
    ...(device === undefined ? {} : { device }),
    ...(type === undefined ? {} : { type }),
  };
}
