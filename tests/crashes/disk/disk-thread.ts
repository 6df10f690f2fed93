import { readSync, writeSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import type { DiskEntry } from "./recorded-disk.ts";

/**
 * A thread that answers Linux for one mounted file, so that other threads of this process may wait for that file. It
 * keeps what it was sent and hands it over when the file is unmounted.
 */
export interface DiskThreadData {
  /** The open /dev/fuse. */
  readonly device: number;
  readonly content: Uint8Array;
  /** Two Int32: entries recorded so far; 1 once the next request is the last. */
  readonly state: SharedArrayBuffer;
}

/** https://github.com/torvalds/linux/blob/master/include/uapi/linux/fuse.h */
const opcodes = {
  forget: 2,
  getattr: 3,
  setattr: 4,
  open: 14,
  read: 15,
  write: 16,
  statfs: 17,
  release: 18,
  fsync: 20,
  flush: 25,
  init: 26,
  interrupt: 36,
  destroy: 38,
  batchForget: 42,
} as const;
const protocol = { major: 7, minor: 31, asyncRead: 1, bigWrites: 1 << 5, directIo: 1 };
const headerBytes = 40;
const maxWriteBytes = 128 * 1024;
const notImplemented = -38;
const fileMode = 0o100600;

class Disk {
  readonly record: DiskEntry[] = [];
  readonly #content: Uint8Array;
  readonly #state: Int32Array;

  constructor({ content, state }: DiskThreadData) {
    this.#content = content;
    this.#state = new Int32Array(state);
  }

  get isLast(): boolean {
    return Atomics.load(this.#state, 1) === 1;
  }

  get size(): number {
    return this.#content.length;
  }

  read(offset: number, length: number): Uint8Array {
    return this.#content.subarray(offset, offset + length);
  }

  write(offset: number, data: Uint8Array): void {
    this.#content.set(data, offset);
    this.#add({ offset, data });
  }

  flush(): void {
    this.#add("flush");
  }

  #add(entry: DiskEntry): void {
    this.record.push(entry);
    Atomics.store(this.#state, 0, this.record.length);
  }
}

/** Until it is told that a request is the last. */
function serve(device: number, disk: Disk): void {
  const request = Buffer.alloc(maxWriteBytes + 4096);
  for (;;) {
    try {
      const bytes = readSync(device, request, 0, request.length, null);
      answer(device, request.subarray(0, bytes), disk);
      if (disk.isLast) return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENODEV") return;
      // A request that was taken back meanwhile.
      if (code !== "ENOENT" && code !== "EINTR" && code !== "EAGAIN") throw error;
    }
  }
}

function answer(device: number, request: Buffer, disk: Disk): void {
  const opcode = request.readUInt32LE(4);
  if (opcode === opcodes.forget || opcode === opcodes.batchForget || opcode === opcodes.interrupt) return;
  const body = bodyOf(opcode, request, disk);
  const header = Buffer.alloc(16);
  header.writeUInt32LE(16 + (body?.length ?? 0), 0);
  header.writeInt32LE(body === undefined ? notImplemented : 0, 4);
  request.copy(header, 8, 8, 16);
  writeSync(device, body === undefined ? header : Buffer.concat([header, body]));
}

/** The answer's body; undefined: an operation that this file does not have. */
function bodyOf(opcode: number, request: Buffer, disk: Disk): Uint8Array | undefined {
  const offset = Number(request.length >= 56 ? request.readBigUInt64LE(headerBytes + 8) : 0n);
  const size = request.length >= 60 ? request.readUInt32LE(headerBytes + 16) : 0;
  switch (opcode) {
    case opcodes.init:
      return greeting();
    case opcodes.getattr:
    case opcodes.setattr:
      return attributes(disk.size);
    case opcodes.open:
      return words64(0n, BigInt(protocol.directIo));
    case opcodes.read:
      return disk.read(offset, Math.min(size, Math.max(0, disk.size - offset)));
    case opcodes.write:
      disk.write(offset, Uint8Array.from(request.subarray(headerBytes + 40, headerBytes + 40 + size)));
      return words64(BigInt(size));
    case opcodes.fsync:
      disk.flush();
      return new Uint8Array();
    case opcodes.flush:
    case opcodes.release:
    case opcodes.destroy:
      return new Uint8Array();
    case opcodes.statfs:
      return new Uint8Array(80);
    default:
      return undefined;
  }
}

function words64(...values: readonly bigint[]): Buffer {
  const bytes = Buffer.alloc(8 * values.length);
  values.forEach((value, index) => bytes.writeBigUInt64LE(value, 8 * index));
  return bytes;
}

/** struct fuse_init_out */
function greeting(): Buffer {
  const bytes = Buffer.alloc(64);
  bytes.writeUInt32LE(protocol.major, 0);
  bytes.writeUInt32LE(protocol.minor, 4);
  bytes.writeUInt32LE(maxWriteBytes, 8);
  bytes.writeUInt32LE(protocol.asyncRead | protocol.bigWrites, 12);
  bytes.writeUInt16LE(64, 16);
  bytes.writeUInt16LE(48, 18);
  bytes.writeUInt32LE(maxWriteBytes, 20);
  bytes.writeUInt32LE(1, 24);
  return bytes;
}

/** struct fuse_attr_out */
function attributes(size: number): Buffer {
  const bytes = Buffer.alloc(104);
  // Valid for no time at all: each look at the file is a request.
  bytes.writeBigUInt64LE(0n, 0);
  bytes.writeBigUInt64LE(1n, 16);
  bytes.writeBigUInt64LE(BigInt(size), 24);
  bytes.writeBigUInt64LE(BigInt(size / 512), 32);
  bytes.writeUInt32LE(fileMode, 76);
  bytes.writeUInt32LE(1, 80);
  bytes.writeUInt32LE(4096, 96);
  return bytes;
}

const data = workerData as DiskThreadData;
const disk = new Disk(data);
serve(data.device, disk);
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
parentPort?.postMessage(disk.record);
