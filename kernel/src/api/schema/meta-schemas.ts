type Schema = Record<string, unknown>;

export const metaPrefix = "io.k8s.apimachinery.pkg.apis.meta.v1";

export const refTo = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

const text = (description: string, chinese: string): Schema => ({
  type: "string",
  description,
  "x-yunhe-zh": chinese,
});
const texts = (description: string, chinese: string): Schema => ({
  type: "object",
  additionalProperties: { type: "string" },
  description,
  "x-yunhe-zh": chinese,
});

/** Schemas that every group's document refers to: the metadata, lists, errors, options of deletion. */
export function metaSchemas(): Record<string, Schema> {
  return {
    [`${metaPrefix}.ObjectMeta`]: objectMeta(),
    [`${metaPrefix}.OwnerReference`]: ownerReference(),
    [`${metaPrefix}.ManagedFieldsEntry`]: managedFields(),
    [`${metaPrefix}.ListMeta`]: listMeta(),
    [`${metaPrefix}.Status`]: status(),
    [`${metaPrefix}.DeleteOptions`]: deleteOptions(),
    [`${metaPrefix}.Patch`]: {
      description: "A patch: RFC 7386 object, RFC 6902 list, or an applied configuration.",
      "x-yunhe-zh": "补丁：RFC 7386 对象、RFC 6902 列表或 apply 配置。",
    },
  };
}

function objectMeta(): Schema {
  return {
    type: "object",
    description: "What every object has: its name, labels, owners and history.",
    "x-yunhe-zh": "每个对象都有的元数据：名称、标签、所有者与历史。",
    properties: {
      name: text("Unique within the project and kind; cannot change.", "在项目和类型内唯一；不可更改。"),
      generateName: text("Prefix of a name that the server makes unique.", "由服务器补全为唯一名称的前缀。"),
      namespace: text("The project that the object belongs to.", "对象所属的项目。"),
      labels: texts("Keys and values to select objects by.", "用于筛选对象的键值。"),
      annotations: texts("Notes of tools and people.", "工具和人员的附注。"),
      finalizers: { type: "array", items: { type: "string" }, description: "Who must agree before the object is removed.", "x-yunhe-zh": "删除前须完成清理的各方。" },
      ownerReferences: { type: "array", items: refTo(`${metaPrefix}.OwnerReference`), description: "Objects that this one depends on and goes with.", "x-yunhe-zh": "本对象所依附的所有者。" },
      uid: text("Identity of this object for ever. Read-only.", "对象的永久标识。只读。"),
      resourceVersion: text("Version of this object; send it back to refuse lost updates.", "对象版本；写回时带上可避免覆盖他人修改。"),
      generation: { type: "integer", format: "int64", description: "Counts changes of the specification. Read-only.", "x-yunhe-zh": "规格的修改次数。只读。" },
      creationTimestamp: { ...text("When it was created. Read-only.", "创建时间。只读。"), format: "date-time" },
      deletionTimestamp: { ...text("When its deletion was asked for. Read-only.", "请求删除的时间。只读。"), format: "date-time" },
      deletionGracePeriodSeconds: { type: "integer", format: "int64", description: "Read-only.", "x-yunhe-zh": "只读。" },
      managedFields: { type: "array", items: refTo(`${metaPrefix}.ManagedFieldsEntry`), description: "Which manager set which fields (server-side apply).", "x-yunhe-zh": "各字段由谁设置（server-side apply）。" },
    },
  }; // prettier-ignore
}

function ownerReference(): Schema {
  return {
    type: "object",
    description: "An object that this one depends on.",
    "x-yunhe-zh": "本对象依附的对象。",
    required: ["apiVersion", "kind", "name", "uid"],
    properties: {
      apiVersion: text("API version of the owner.", "所有者的 API 版本。"),
      kind: text("Kind of the owner.", "所有者的类型。"),
      name: text("Name of the owner.", "所有者的名称。"),
      uid: text("uid of the owner.", "所有者的 uid。"),
      controller: { type: "boolean", description: "Whether the owner controls this object.", "x-yunhe-zh": "所有者是否控制本对象。" },
      blockOwnerDeletion: { type: "boolean", description: "Whether a foreground deletion of the owner waits for this object.", "x-yunhe-zh": "前台删除所有者时是否等待本对象。" },
    },
  }; // prettier-ignore
}

function managedFields(): Schema {
  return {
    type: "object",
    description: "The fields of one manager.",
    "x-yunhe-zh": "一个管理者所设置的字段。",
    properties: {
      manager: text("Who.", "管理者。"),
      operation: text("Apply or Update.", "Apply 或 Update。"),
      apiVersion: text("Version that the fields are of.", "字段所属的版本。"),
      time: { ...text("When they were last set.", "最近设置的时间。"), format: "date-time" },
      fieldsType: text("FieldsV1.", "FieldsV1。"),
      fieldsV1: { type: "object", description: "The fields as a tree.", "x-yunhe-zh": "字段树。" },
      subresource: text("The subresource they were set through.", "设置时经由的子资源。"),
    },
  };
}

function listMeta(): Schema {
  return {
    type: "object",
    description: "What a list says of itself.",
    "x-yunhe-zh": "列表自身的元数据。",
    properties: {
      resourceVersion: text(
        "The revision that the list shows; watch from here.",
        "列表所示的版本；可由此开始监听。",
      ),
      continue: text("Token of the next page.", "下一页的令牌。"),
      remainingItemCount: {
        type: "integer",
        format: "int64",
        description: "How many follow.",
        "x-yunhe-zh": "剩余数量。",
      },
    },
  };
}

function status(): Schema {
  return {
    type: "object",
    description: "The outcome of a request that returns no object, or an error.",
    "x-yunhe-zh": "不返回对象的请求结果，或错误。",
    properties: {
      apiVersion: text("v1.", "v1。"),
      kind: text("Status.", "Status。"),
      status: text("Success or Failure.", "Success 或 Failure。"),
      message: text("What was wrong, where, and what to do.", "何处有何问题、如何处理。"),
      reason: text("The error's name.", "错误名称。"),
      code: { type: "integer", description: "HTTP status.", "x-yunhe-zh": "HTTP 状态码。" },
      details: { type: "object", description: "Kind, name and a cause for each wrong field.", "x-yunhe-zh": "类型、名称及各错误字段的原因。" },
    },
  }; // prettier-ignore
}

function deleteOptions(): Schema {
  return {
    type: "object",
    description: "How to delete.",
    "x-yunhe-zh": "删除方式。",
    properties: {
      propagationPolicy: { type: "string", enum: ["Background", "Foreground", "Orphan"], description: "What happens to dependants.", "x-yunhe-zh": "如何处理从属对象。" },
      preconditions: { type: "object", properties: { uid: { type: "string" }, resourceVersion: { type: "string" } }, description: "Delete only this version.", "x-yunhe-zh": "仅删除指定版本。" },
      dryRun: { type: "array", items: { type: "string" }, description: "All: only show what would happen.", "x-yunhe-zh": "All：仅演示结果。" },
      gracePeriodSeconds: { type: "integer", format: "int64", description: "Accepted and ignored.", "x-yunhe-zh": "接受但忽略。" },
    },
  }; // prettier-ignore
}
