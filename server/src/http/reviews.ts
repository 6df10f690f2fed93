import {
  type AccessRequest,
  type AnyKind,
  ApiError,
  kindKey,
  type Verb,
  verbsOf,
  words,
} from "@yunhe/kernel";
import { type ApiRequest, bodyOf } from "./context.ts";
import { sendJson } from "./respond.ts";

type Json = Record<string, unknown>;
type Review = (request: ApiRequest, spec: Json) => Json;

const verbs: ReadonlySet<string> = new Set<Verb>([
  "get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "act",
]); // prettier-ignore

const reviews: Readonly<Record<string, Review>> = {
  "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews": selfSubjectAccess,
  "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews": selfSubjectRules,
  "/apis/authentication.k8s.io/v1/selfsubjectreviews": selfSubject,
};

/** Questions that one asks about oneself (`kubectl auth can-i`, `whoami`): answered, never stored. */
export async function serveReview(request: ApiRequest): Promise<boolean> {
  const review = reviews[request.url.pathname];
  if (review === undefined) return false;
  if (request.incoming.method !== "POST") {
    throw new ApiError("MethodNotAllowed", words("a review is asked with POST", "审核请求须用 POST"));
  }
  const body = await bodyOf(request);
  const asked = isObject(body) ? body : {};
  const given = isObject(asked["spec"]) ? asked["spec"] : {};
  const answer = { ...asked, spec: given, status: review(request, given) };
  sendJson(request.outgoing, 201, answer);
  return true;
}

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const text = (value: unknown): string => (typeof value === "string" ? value : "");

function selfSubjectAccess(request: ApiRequest, spec: Json): Json {
  const asked = isObject(spec["resourceAttributes"]) ? spec["resourceAttributes"] : undefined;
  if (asked === undefined) return { allowed: true, reason: "discovery is open to everybody who signed in" };
  const plural = text(asked["resource"]);
  const subresource = text(asked["subresource"]);
  const wanted = text(asked["verb"]);
  // An action is a subresource that one creates; what it takes is the permission to act.
  const kind = request.api.kinds.byPlural(text(asked["group"]), "v1", plural);
  const isAction = kind !== undefined && Object.hasOwn(kind.actions, subresource);
  const asks = wanted === "*" ? [...verbs] : [isAction && wanted === "create" ? "act" : wanted];
  if (!asks.every((verb) => verbs.has(verb)))
    return { allowed: false, reason: `there is no verb "${wanted}"` };
  for (const verb of asks) {
    const { authorizer } = request.api.context;
    const access: AccessRequest = {
      principal: request.caller.principal,
      verb: verb as Verb,
      kind: kindKey(text(asked["group"]), plural),
      namespace: kind?.scope === "Cluster" ? "" : text(asked["namespace"]),
      ...(subresource === "" ? {} : { subresource }),
      ...(text(asked["name"]) === "" ? {} : { name: text(asked["name"]) }),
    };
    const decision = authorizer.decide(access);
    // A list that is narrowed to what is one's own is allowed.
    const isPartly = ["list", "watch"].includes(verb) && authorizer.narrow?.(access) !== undefined;
    if (!decision.allowed && !isPartly) return { allowed: false, reason: decision.why[request.language] };
  }
  return { allowed: true };
}

function selfSubjectRules(request: ApiRequest, spec: Json): Json {
  const namespace = text(spec["namespace"]);
  const resourceRules = request.api.kinds.all.flatMap((kind) => {
    const allowed = verbsOf(kind).filter((verb) => mayAny(request, kind, verb as Verb, namespace));
    return allowed.length === 0
      ? []
      : [{ verbs: allowed, apiGroups: [kind.group], resources: [kind.plural] }];
  });
  const nonResourceRules = [{ verbs: ["get"], nonResourceURLs: ["/api", "/apis", "/openapi/*", "/version"] }];
  return { resourceRules, nonResourceRules, incomplete: false };
}

function mayAny(request: ApiRequest, kind: AnyKind, verb: Verb, namespace: string): boolean {
  return request.api.context.authorizer.decide({
    principal: request.caller.principal,
    verb,
    kind: kindKey(kind.group, kind.plural),
    namespace: kind.scope === "Cluster" ? "" : namespace,
  }).allowed;
}

function selfSubject(request: ApiRequest): Json {
  const { principal } = request.caller;
  const extra =
    principal.tokenName === undefined ? {} : { extra: { "yunhe.dev/token": [principal.tokenName] } };
  return {
    userInfo: {
      username: principal.id,
      groups: [`type:${principal.type}`, "system:authenticated"],
      ...extra,
    },
  };
}
