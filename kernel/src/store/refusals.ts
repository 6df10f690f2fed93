import { ApiError } from "../errors.ts";
import { keyText, type ObjectKey, type Revision } from "../resource.ts";
import { words } from "../words.ts";

const detailsOf = (key: ObjectKey) => ({ kind: key.kind, name: key.name });
const place = (key: ObjectKey): string =>
  key.namespace === "" ? `${key.kind} "${key.name}"` : `${key.kind} "${key.name}" (${key.namespace})`;

export const alreadyExists = (key: ObjectKey): ApiError =>
  new ApiError(
    "AlreadyExists",
    words(
      `${place(key)} already exists; choose another name or change the one that is there`,
      `${place(key)} 已存在;请换一个名称,或修改现有对象`,
    ),
    detailsOf(key),
  );

export const notFound = (key: ObjectKey): ApiError =>
  new ApiError(
    "NotFound",
    words(`${place(key)} does not exist (any more)`, `${place(key)} 不存在(或已被删除)`),
    detailsOf(key),
  );

export const stale = (key: ObjectKey, expected: Revision, current: Revision): ApiError =>
  new ApiError(
    "Conflict",
    words(
      `${place(key)} was changed meanwhile: this change is based on resourceVersion ${expected}, it is now at ${current}; read it again and repeat the change`,
      `${place(key)} 已被他人修改:本次修改基于 resourceVersion ${expected},现在是 ${current};请重新读取后再修改`,
    ),
    detailsOf(key),
  );

export const respecified = (key: ObjectKey, expected: number, current: number): ApiError =>
  new ApiError(
    "Conflict",
    words(
      `what is asked of ${place(key)} was changed meanwhile: this change rests on generation ${expected}, it is now at ${current}; read it again and repeat the change`,
      `${place(key)} 的规格已被修改:本次修改依据第 ${expected} 代,现为第 ${current} 代;请重新读取后再修改`,
    ),
    detailsOf(key),
  );

export const gone = (key: ObjectKey): ApiError =>
  new ApiError(
    "Conflict",
    words(
      `${place(key)}, which this change rests on, was deleted meanwhile`,
      `本次修改所依据的 ${place(key)} 已被删除`,
    ),
    detailsOf(key),
  );

export const otherUid = (key: ObjectKey): ApiError =>
  new ApiError(
    "Conflict",
    words(
      `${place(key)} is another object of the same name (its uid differs); read it again`,
      `${place(key)} 已是同名的另一个对象(uid 不同);请重新读取`,
    ),
    detailsOf(key),
  );

export const writtenTwice = (key: ObjectKey): ApiError =>
  new ApiError(
    "BadRequest",
    words(
      `${keyText(key)} is written twice in one transaction; merge the two writes`,
      `同一事务中对 ${keyText(key)} 写入了两次;请合并这两次写入`,
    ),
    detailsOf(key),
  );

export const fenced = (lease: string, epoch: number, current: number): ApiError =>
  new ApiError(
    "Conflict",
    words(
      `this process no longer leads "${lease}": its epoch is ${epoch}, the current one ${current}; its change was not made`,
      `本进程已不再持有“${lease}”的领导权:其任期为 ${epoch},当前为 ${current};修改未生效`,
    ),
  );

export const otherBody = (key: string): ApiError =>
  new ApiError(
    "Conflict",
    words(
      `the idempotency key "${key}" was already used with another body; use a new key for a new request`,
      `幂等键“${key}”已用于另一个请求体;新的请求请使用新的键`,
    ),
  );

export const expired = (asked: Revision, oldest: Revision): ApiError =>
  new ApiError(
    "Expired",
    words(
      `resourceVersion ${asked} is too old (the oldest one kept is ${oldest}); list again and go on from there`,
      `resourceVersion ${asked} 过旧(保留的最旧版本为 ${oldest});请重新列出后继续`,
    ),
  );

export const fromTheFuture = (asked: Revision, current: Revision): ApiError =>
  new ApiError(
    "Timeout",
    words(
      `resourceVersion ${asked} is larger than the current one (${current}); list again without a resourceVersion`,
      `resourceVersion ${asked} 大于当前版本(${current});请不带 resourceVersion 重新列出`,
    ),
    { retryAfterSeconds: 1 },
  );

export const storageFull = (cause?: unknown): ApiError =>
  new ApiError(
    "InsufficientStorage",
    words(
      "the disk that holds Yunhe's data is full; nothing was changed: free some space and repeat the request",
      "存放云鹤数据的磁盘已满;未作任何修改:请释放空间后重试",
    ),
    {},
    { cause },
  );

export const stopped = (cause?: unknown): ApiError =>
  new ApiError(
    "ServiceUnavailable",
    words(
      "the store has stopped after a disk error and answers no more; look at the server's log, check the disk and restart the server",
      "存储因磁盘错误已停止服务;请查看服务器日志、检查磁盘并重启服务器",
    ),
    {},
    { cause },
  );

export const closed = (): ApiError =>
  new ApiError("ServiceUnavailable", words("the server is shutting down", "服务器正在关闭"), {
    retryAfterSeconds: 1,
  });

export const busy = (cause?: unknown): ApiError =>
  new ApiError(
    "ServiceUnavailable",
    words(
      "another program holds a lock on the database file; nothing was changed: close it and repeat the request",
      "另一个程序锁住了数据库文件;未作任何修改:请关闭它后重试",
    ),
    { retryAfterSeconds: 1 },
    { cause },
  );

export const tooManyWaiting = (waiting: number): ApiError =>
  new ApiError(
    "TooManyRequests",
    words(
      `${waiting} changes wait for the disk already; nothing was changed: repeat the request in a moment`,
      `已有 ${waiting} 个修改在等待写盘;未作任何修改:请稍后重试`,
    ),
    { retryAfterSeconds: 1 },
  );
