import { badBody } from "./bad-body.ts";

/**
 * The protobuf in which kubectl and client-go send the few built-in types that they speak to us in (RFC: the comment of
 * `runtime.Unknown` and the generated.proto files of k8s.io/apimachinery and k8s.io/api). Answers are JSON, which they
 * accept. Field numbers are those of generated.proto.
 */
export const protobufType = "application/vnd.kubernetes.protobuf";

type Field =
  | { readonly name: string; readonly is: "text" | "texts" | "integer" | "flag" | "map" | "time" }
  | { readonly name: string; readonly is: "message"; readonly of: Message };

type Message = Readonly<Record<number, Field>>;

const text = (name: string): Field => ({ name, is: "text" });
const message = (name: string, of: Message): Field => ({ name, is: "message", of });

const objectMeta: Message = {
  1: text("name"),
  2: text("generateName"),
  3: text("namespace"),
  5: text("uid"),
  6: text("resourceVersion"),
  7: { name: "generation", is: "integer" },
  8: { name: "creationTimestamp", is: "time" },
  9: { name: "deletionTimestamp", is: "time" },
  11: { name: "labels", is: "map" },
  12: { name: "annotations", is: "map" },
  14: { name: "finalizers", is: "texts" },
};

const resourceAttributes: Message = {
  1: text("namespace"),
  2: text("verb"),
  3: text("group"),
  4: text("version"),
  5: text("resource"),
  6: text("subresource"),
  7: text("name"),
};

const messages: Readonly<Record<string, Message>> = {
  Namespace: { 1: message("metadata", objectMeta) },
  SelfSubjectAccessReview: {
    1: message("metadata", objectMeta),
    2: message("spec", {
      1: message("resourceAttributes", resourceAttributes),
      2: message("nonResourceAttributes", { 1: text("path"), 2: text("verb") }),
    }),
  },
  SelfSubjectRulesReview: {
    1: message("metadata", objectMeta),
    2: message("spec", { 1: text("namespace") }),
  },
  SelfSubjectReview: { 1: message("metadata", objectMeta) },
  DeleteOptions: {
    1: { name: "gracePeriodSeconds", is: "integer" },
    2: message("preconditions", { 1: text("uid"), 2: text("resourceVersion") }),
    3: { name: "orphanDependents", is: "flag" },
    4: text("propagationPolicy"),
    5: { name: "dryRun", is: "texts" },
  },
};

const magic = Buffer.from("k8s\0", "latin1");

/** The object that such a body stands for; undefined when it is empty. Throws BadRequest. */
export function parseProtobufBody(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  if (!bytes.subarray(0, magic.length).equals(magic)) throw unreadable();
  const envelope = [...fieldsIn(bytes.subarray(magic.length))];
  const typeMeta = lengthDelimited(envelope, 1);
  const raw = lengthDelimited(envelope, 2) ?? Buffer.alloc(0);
  const { apiVersion = "", kind = "" } = typeMeta === undefined ? {} : read({ 1: text("apiVersion"), 2: text("kind") }, typeMeta); // prettier-ignore
  const known = Object.hasOwn(messages, String(kind)) ? messages[String(kind)] : undefined;
  if (known === undefined) {
    throw badBody(
      `${String(kind)} is not taken as protobuf here; send JSON`,
      `此处不接受 ${String(kind)} 的 protobuf；请发送 JSON`,
    );
  }
  return { apiVersion, kind, ...read(known, raw) };
}

const unreadable = (): Error => badBody("is not valid Kubernetes protobuf", "不是有效的 Kubernetes protobuf");

interface WireField {
  readonly number: number;
  readonly value: number | Buffer;
}

const lengthDelimited = (fields: readonly WireField[], number: number): Buffer | undefined => {
  const found = fields.findLast((field) => field.number === number)?.value;
  return Buffer.isBuffer(found) ? found : undefined;
};

function read(of: Message, bytes: Buffer): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const { number, value } of fieldsIn(bytes)) {
    const field = Object.hasOwn(of, number) ? of[number] : undefined;
    if (field !== undefined) object[field.name] = valueOf(field, value, object[field.name]);
  }
  return object;
}

function valueOf(field: Field, value: number | Buffer, before: unknown): unknown {
  if (typeof value === "number") return field.is === "flag" ? value !== 0 : value;
  switch (field.is) {
    case "text":
      return value.toString("utf8");
    case "texts":
      return [...((before as string[] | undefined) ?? []), value.toString("utf8")];
    case "map": {
      const { key = "", value: content = "" } = read({ 1: text("key"), 2: text("value") }, value);
      return { ...(before as object | undefined), [key as string]: content };
    }
    case "time": {
      const { seconds } = read({ 1: { name: "seconds", is: "integer" } }, value);
      return typeof seconds === "number" ? new Date(seconds * 1000).toISOString() : undefined;
    }
    case "message":
      return read(field.of, value);
    case "integer":
    case "flag":
    default:
      throw unreadable();
  }
}

/** The wire format: https://protobuf.dev/programming-guides/encoding/ */
function* fieldsIn(bytes: Buffer): Iterable<WireField> {
  for (let at = 0; at < bytes.length;) {
    const tag = varint(bytes, at);
    const number = Math.floor(tag.value / 8);
    at = tag.end;
    switch (tag.value % 8) {
      case 0: {
        const { value, end } = varint(bytes, at);
        yield { number, value };
        at = end;
        break;
      }
      case 1:
        at += 8;
        break;
      case 2: {
        const length = varint(bytes, at);
        at = length.end + length.value;
        if (at > bytes.length) throw unreadable();
        yield { number, value: bytes.subarray(length.end, at) };
        break;
      }
      case 5:
        at += 4;
        break;
      default:
        throw unreadable();
    }
  }
}

function varint(bytes: Buffer, start: number): { value: number; end: number } {
  let value = 0;
  for (let index = start; index < start + 10 && index < bytes.length; index += 1) {
    const byte = bytes[index]!;
    value += (byte & 0x7f) * 2 ** (7 * (index - start));
    if (byte < 0x80) return { value, end: index + 1 };
  }
  throw unreadable();
}
