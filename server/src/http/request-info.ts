/** What a path of the resource API names; nothing is known to exist yet. */
export interface ResourcePath {
  readonly group: string;
  readonly version: string;
  /** "" for kinds of the cluster and for all namespaces. */
  readonly namespace: string;
  readonly plural: string;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

/**
 * Reads `/api/v1/…` and `/apis/GROUP/VERSION/…`
 * (https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris). Undefined: no such path.
 */
export function parseResourcePath(pathname: string): ResourcePath | undefined {
  const steps = decodeSteps(pathname);
  if (steps === undefined) return undefined;
  const core = steps[0] === "api";
  if (!core && steps[0] !== "apis") return undefined;
  const group = core ? "" : steps[1];
  const [version, ...rest] = steps.slice(core ? 1 : 2);
  if (group === undefined || version === undefined || rest.length === 0 || rest.some((step) => step === "")) {
    return undefined;
  }
  return placeOf(group, version, rest);
}

function placeOf(group: string, version: string, rest: readonly string[]): ResourcePath | undefined {
  // `namespaces/NAME` alone is the namespace itself, `namespaces/NAME/PLURAL/…` something in it.
  const inNamespace =
    rest[0] === "namespaces" && rest.length > 2 && !(rest.length === 3 && rest[2] === "status");
  const [plural, name, subresource, ...more] = inNamespace ? rest.slice(2) : rest;
  if (plural === undefined || more.length > 0) return undefined;
  return { group, version, namespace: inNamespace ? rest[1]! : "", plural, name, subresource };
}

function decodeSteps(pathname: string): string[] | undefined {
  try {
    return pathname.replace(/\/$/, "").split("/").slice(1).map(decodeURIComponent);
  } catch {
    return undefined;
  }
}
