import type { IncomingMessage } from "node:http";
import { ApiError, words } from "@yunhe/kernel";

/** As etcd and the Kubernetes API server bound it. */
export const bodyLimitBytes = 3 * 1024 * 1024;
/**
 * The rest of a refused body is read and dropped up to here, so that the client gets to read the answer: a connection
 * that ends while a client still writes often loses it. One that sends more loses its connection.
 */
const toleratedBytes = 64 * 1024 * 1024;

/** The whole body; refuses a longer one before it is read, and never holds more than the limit. */
export function readBody(request: IncomingMessage, limitBytes = bodyLimitBytes): Promise<Buffer> {
  const announced = Number(request.headers["content-length"] ?? 0);
  if (announced > limitBytes) {
    discard(request);
    return Promise.reject(tooLarge(limitBytes));
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const settle = (then: () => void): void => {
      request.off("data", onData).off("end", onEnd).off("error", onBroken).off("close", onBroken);
      then();
    };
    const onEnd = (): void => settle(() => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    const onBroken = (cause?: unknown): void => settle(() => reject(brokenOff(cause)));
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      if (length <= limitBytes) return void chunks.push(chunk);
      discard(request);
      settle(() => reject(tooLarge(limitBytes)));
    };
    request.on("data", onData).on("end", onEnd).on("error", onBroken).on("close", onBroken);
  });
}

function discard(request: IncomingMessage): void {
  let seen = 0;
  request.on("data", (chunk: Buffer) => {
    seen += chunk.length;
    if (seen > toleratedBytes) request.destroy();
  });
}

const tooLarge = (limitBytes: number): ApiError => {
  const limit = `${limitBytes / 1024 / 1024} MiB`;
  return new ApiError(
    "RequestEntityTooLarge",
    words(
      `the body is larger than ${limit}; send large files as uploads and name them in the object`,
      `请求体超过 ${limit}；大文件请先上传，再在对象中引用`,
    ),
  );
};

const brokenOff = (cause?: unknown): ApiError =>
  new ApiError("BadRequest", words("the request was broken off", "请求中断"), {}, { cause });
