import { InputError } from "../numeric/input-error.ts";

export type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "gb18030";

export interface DecodedText {
  readonly text: string;
  readonly encoding: Encoding;
  /** How the encoding was found; `asked` when the caller named it. */
  readonly by: "bom" | "valid" | "zeroBytes" | "fallback" | "asked";
}

/**
 * Decodes a text file: by its byte-order mark; else UTF-16 when every second byte of ASCII is 0; else UTF-8 when the
 * bytes are valid UTF-8; else GB18030, which includes GBK and GB 2312. The BOM is removed.
 * @throws InputError when the bytes are valid in none of these (a damaged or binary file), with the first bad byte.
 */
export function decodeText(bytes: Uint8Array, encoding?: Encoding): DecodedText {
  if (encoding) return { text: decode(bytes, encoding), encoding, by: "asked" };
  const marked = byMark(bytes);
  if (marked) return { text: decode(bytes, marked), encoding: marked, by: "bom" };
  const wide = byZeroBytes(bytes);
  if (wide) return { text: decode(bytes, wide), encoding: wide, by: "zeroBytes" };
  try {
    return { text: strict(bytes, "utf-8"), encoding: "utf-8", by: "valid" };
  } catch {
    return { text: decode(bytes, "gb18030"), encoding: "gb18030", by: "fallback" };
  }
}

function byMark(bytes: Uint8Array): Encoding | null {
  const starts = (...mark: number[]) => mark.every((byte, i) => bytes[i] === byte);
  if (starts(0xef, 0xbb, 0xbf)) return "utf-8";
  if (starts(0xff, 0xfe)) return "utf-16le";
  if (starts(0xfe, 0xff)) return "utf-16be";
  return starts(0x84, 0x31, 0x95, 0x33) ? "gb18030" : null;
}

/** Text without zero bytes is not UTF-16 with ASCII digits and delimiters. */
function byZeroBytes(bytes: Uint8Array): Encoding | null {
  const sample = bytes.subarray(0, 4096);
  let [even, odd] = [0, 0];
  for (const [i, byte] of sample.entries()) {
    if (byte === 0 && i % 2 === 0) even++;
    if (byte === 0 && i % 2 === 1) odd++;
  }
  if (bytes.length % 2 === 1) return null;
  if (odd > 0 && even === 0) return "utf-16le";
  return even > 0 && odd === 0 ? "utf-16be" : null;
}

function strict(bytes: Uint8Array, encoding: Encoding): string {
  return new TextDecoder(encoding, { fatal: true }).decode(bytes);
}

function decode(bytes: Uint8Array, encoding: Encoding): string {
  try {
    const text = strict(bytes, encoding);
    if (!text.includes("\u0000")) return text;
  } catch {
    // Falls through to the refusal below, which says what to do.
  }
  throw new InputError({
    en: `The file is not text in ${encoding}: it may be damaged, binary (such as XLSX), or in another encoding. Save it as UTF-8 CSV or as XLSX.`,
    zh: `该文件不是 ${encoding} 编码的文本：可能已损坏、为二进制文件（如 XLSX）或使用了其他编码。请另存为 UTF-8 CSV 或 XLSX。`,
  });
}
