import assert from "node:assert/strict";
import test from "node:test";
import * as fc from "fast-check";
import { rawExchange, type RunningServer, startServer, token } from "./http-fixture.ts";

/** A piece of an OpenAPI document; what it lacks is undefined. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly "x-kubernetes-group-version-kind"?: readonly { group: string; version: string; kind: string }[];
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema: Schema;
}

interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const awkward = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    "",
    0,
    -1,
    1e308,
    true,
    [],
    {},
    [[]],
    "\u0000",
    "🦩",
    "null",
    "../../x",
    "a".repeat(300),
  ),
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.jsonValue({ maxDepth: 2 }),
);

const names = fc.constantFrom("a", "b", "c");
const namespaces = fc.oneof({ arbitrary: fc.constant("demo"), weight: 19 }, { arbitrary: names, weight: 1 });

/** Mostly what the schema says, now and then something else; so that some requests succeed and some go wrong deep inside. */
function valuesOf(document: Document, schema: Schema, name: string, depth = 0): fc.Arbitrary<unknown> {
  const good = goodValuesOf(document, schema, name, depth);
  return fc.oneof({ arbitrary: good, weight: 40 }, { arbitrary: awkward, weight: 1 });
}

function goodValuesOf(
  document: Document,
  schema: Schema,
  name: string,
  depth: number,
): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined) {
    return depth > 5
      ? fc.constant({})
      : goodValuesOf(document, document.components.schemas[schema.$ref.split("/").at(-1)!]!, name, depth + 1);
  }
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.anyOf !== undefined)
    return fc.oneof(...schema.anyOf.map((one) => goodValuesOf(document, one, name, depth)));
  switch (schema.type ?? "any") {
    case "object":
      return objectsOf(document, schema, depth);
    case "array":
      return fc.array(valuesOf(document, schema.items ?? {}, name, depth + 1), { maxLength: 3 });
    case "integer":
      return fc.integer({ min: -2, max: 12 });
    case "number":
      return fc.double({ noNaN: true });
    case "boolean":
      return fc.boolean();
    case "string":
      if (name === "namespace") return namespaces;
      return name === "name" ? names : fc.oneof(names, fc.string({ maxLength: 8 }));
    default:
      return fc.jsonValue({ maxDepth: 3 });
  }
}

function objectsOf(document: Document, schema: Schema, depth: number): fc.Arbitrary<unknown> {
  const known = Object.entries(schema.properties ?? {});
  if (known.length === 0)
    return fc.dictionary(fc.string({ maxLength: 6 }), fc.oneof(fc.string(), awkward), { maxKeys: 3 });
  // The system's own metadata is rarely sent; when it is, it is mostly wrong.
  const entries = known.filter(
    ([name]) => !["uid", "resourceVersion", "managedFields", "deletionTimestamp"].includes(name),
  );
  const [gvk] = schema["x-kubernetes-group-version-kind"] ?? [];
  const fixed: Record<string, fc.Arbitrary<unknown>> = gvk === undefined
    ? {}
    : {
        apiVersion: fc.constant(gvk.group === "" ? gvk.version : `${gvk.group}/${gvk.version}`),
        kind: fc.constant(gvk.kind),
      };
  const made = Object.fromEntries(
    entries.map(([name, one]) => [name, valuesOf(document, one, name, depth + 1)]),
  );
  const requiredKeys = Object.keys(made).filter((name) => required.has(name));
  const whole = fc.record({ ...made, ...fixed }, { requiredKeys });
  // With every optional field of the metadata there is always one that is wrong.
  if (made["ownerReferences"] === undefined) return whole;
  return fc.oneof({ arbitrary: fc.record({ name: names }), weight: 2 }, { arbitrary: whole, weight: 1 });
}

/** Left out as rarely as anything else is wrong. */
const required: ReadonlySet<string> = new Set(["metadata", "name", "spec"]);

interface Request {
  readonly method: string;
  readonly path: string;
  readonly type: string | undefined;
  readonly body: unknown;
}

/** Without any project nothing could be created any more. */
const endsAllProjects = (method: string, path: string): boolean => method === "delete" && !path.includes("{");

/** What makes objects comes more often than what ends them: else most requests would meet nothing. */
const chances = (method: string): number => (method === "delete" ? 1 : method === "post" ? 6 : 2);

function requestsOf(document: Document): fc.Arbitrary<Request> {
  const methods = ["get", "put", "post", "patch", "delete"];
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => methods.includes(method) && !endsAllProjects(method, path))
      .flatMap(([method, operation]) =>
        Array.from({ length: chances(method) }, () => ({ path, method, operation })),
      ),
  );
  return fc.constantFrom(...operations).chain(({ path, method, operation }) => {
    const queries = (operation.parameters ?? []).filter(
      (parameter) => parameter.in === "query" && parameter.name !== "watch",
    );
    const query = fc.record(
      Object.fromEntries(queries.map(({ name, schema }) => [name, valuesOf(document, schema, name)])),
      { requiredKeys: [] },
    );
    const content = Object.entries(operation.requestBody?.content ?? {});
    const body =
      content.length === 0
        ? fc.constant([undefined, undefined] as const)
        : fc
            .constantFrom(...content)
            .chain(([type, { schema }]) => fc.tuple(fc.constant(type), valuesOf(document, schema, "body")));
    return fc
      .tuple(
        fc.oneof({ arbitrary: fc.constant({}), weight: 2 }, { arbitrary: query, weight: 1 }),
        body,
        namespaces,
        fc.oneof(
          { arbitrary: names, weight: 9 },
          { arbitrary: fc.string({ minLength: 1, maxLength: 6 }), weight: 1 },
        ),
      )
      .map(([asked, [type, value], namespace, name]) => ({
        method: method.toUpperCase(),
        path: `${path.replace("{namespace}", namespace).replace("{name}", encodeURIComponent(name))}?${new URLSearchParams(sparse(asked)).toString()}`,
        type,
        body: value,
      }));
  });
}

/** One parameter at a time: with all of them something is always wrong. */
const sparse = (query: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(query)
      .slice(-1)
      .map(([name, value]) => [name, typeof value === "string" ? value : (JSON.stringify(value) ?? "")]),
  );

async function documentOf(server: RunningServer, group: string): Promise<Document> {
  return (await server.request("GET", `/openapi/v3/${group}`)).body as Document;
}

const groups = ["apis/sample.yunhe.dev/v1", "apis/identity.yunhe.dev/v1", "api/v1"];

void test("no request made from the OpenAPI brings a 5xx, a crash or a mistake of ours", async (context) => {
  const server = await startServer(context);
  const documents = await Promise.all(groups.map((group) => documentOf(server, group)));
  const codes = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(fc.oneof(...documents.map(requestsOf)), async ({ method, path, type, body }) => {
      const headers: Record<string, string> = type === undefined ? {} : { "Content-Type": type };
      const text = body === undefined ? undefined : (JSON.stringify(body) ?? "");
      const { status, body: answer } = await server.request(method, path, text, headers);
      codes.set(status, (codes.get(status) ?? 0) + 1);
      assert(status < 500, `${status} ${JSON.stringify(answer)}`);
      if (status >= 400) assert.equal(answer.kind, "Status");
      if (status === 422) assert(answer.details.causes.length > 0, JSON.stringify(answer));
      // Taken out, so that shrinking looks at each request alone.
      assert.deepEqual(server.mistakes.splice(0), []);
    }),
    { numRuns: 800 },
  );
  // A fuzz that is always refused at the door finds nothing.
  for (const code of [200, 201, 404, 422])
    assert((codes.get(code) ?? 0) > 0, `${code} never came: ${JSON.stringify([...codes])}`);
});

void test("memory does not grow with requests", async (context) => {
  const server = await startServer(context);
  const requests = fc.sample(requestsOf(await documentOf(server, groups[0]!)), { numRuns: 200, seed: 7 });
  const round = async (): Promise<number> => {
    for (const { method, path, type, body } of requests) {
      await server.request(
        method,
        path,
        body === undefined ? undefined : (JSON.stringify(body) ?? ""),
        type === undefined ? {} : { "Content-Type": type },
      );
    }
    await server.request("DELETE", groups[0] ? `/${groups[0]}/namespaces/demo/widgets` : "/");
    await server.store.compact(server.store.revision());
    globalThis.gc?.();
    return process.memoryUsage().heapUsed;
  };
  await round();
  const before = await round();
  for (let count = 0; count < 3; count += 1) await round();
  const after = await round();
  assert(after - before < 40e6, `the heap grew by ${after - before} bytes`);
});

void test("no bytes on the wire crash the server", async (context) => {
  const server = await startServer(context);
  const line = fc.oneof(
    fc.constantFrom(
      "GET /apis HTTP/1.1",
      "POST /apis/sample.yunhe.dev/v1/namespaces/demo/widgets HTTP/1.1",
      "GET //// HTTP/1.1",
      "OPTIONS * HTTP/1.1",
      "GET http://x/apis HTTP/1.1",
    ),
    fc.string({ unit: "binary", maxLength: 40 }),
  );
  const header = fc.oneof(
    fc.constantFrom(
      `Authorization: Bearer ${token}`,
      "Host: x",
      "Content-Length: 5",
      "Transfer-Encoding: chunked",
      "Expect: 100-continue",
      "Upgrade: websocket",
      "Connection: upgrade",
      "Content-Type: application/json",
    ),
    fc.string({ unit: "binary", maxLength: 30 }),
  );
  await fc.assert(
    fc.asyncProperty(
      line,
      fc.array(header, { maxLength: 5 }),
      fc.string({ maxLength: 20 }),
      async (first, headers, rest) => {
        await rawExchange(server.port, `${[first, ...headers].join("\r\n")}\r\n\r\n${rest}`, 5);
        assert.deepEqual(server.mistakes, []);
      },
    ),
    { numRuns: 100 },
  );
  assert.equal((await server.request("GET", "/apis")).status, 200);
});
