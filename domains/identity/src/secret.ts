import { hash, randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";

/**
 * The secret of a token: `yh_`, 43 characters that are 256 random bits in base 62, 6 that are their CRC-32. The
 * prefix lets secret scanners find a leaked one; the checksum tells a typing error from a wrong token without asking
 * anything. Sessions begin with `yhs_`, so that neither can stand in for the other.
 * Precedent: https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
 */
export type Secret = string & { readonly __secret: unique symbol };

export type TokenType = "api" | "session";

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const randomLength = 43;
const checksumLength = 6;
const shape = /^(yhs?)_([0-9A-Za-z]{43})([0-9A-Za-z]{6})$/;
/** `yh_` and five characters more: enough to recognise, 226 random bits stay unknown. */
const shownLength = 8;

/** Where random bytes come from: a cryptographic source, not the simulation's. */
export type RandomBytes = (count: number) => Uint8Array;

export function newSecret(type: TokenType, random: RandomBytes = randomBytes): Secret {
  const body = base62(BigInt(`0x${Buffer.from(random(32)).toString("hex")}`), randomLength);
  const prefix = type === "session" ? "yhs" : "yh";
  return `${prefix}_${body}${checksum(prefix, body)}` as Secret;
}

/** Undefined when the text cannot be a token: not the shape, or the checksum says that it was mistyped. */
export function parseSecret(text: string): { readonly secret: Secret; readonly type: TokenType } | undefined {
  const [, prefix, body, given] = shape.exec(text) ?? [];
  if (prefix === undefined || body === undefined || checksum(prefix, body) !== given) return undefined;
  return { secret: text as Secret, type: prefix === "yhs" ? "session" : "api" };
}

/**
 * Plain SHA-256, neither salted nor slow: those protect secrets that can be guessed, and 256 random bits cannot. Looking
 * a token up by its hash also takes no time that tells anything about the secrets that exist.
 */
export const hashSecret = (secret: Secret): string => hash("sha256", secret, "hex");

export const shownPrefix = (secret: Secret): string => secret.slice(0, shownLength);

const checksum = (prefix: string, body: string): string =>
  base62(BigInt(crc32(`${prefix}_${body}`)), checksumLength);

function base62(value: bigint, length: number): string {
  let text = "";
  for (let rest = value; text.length < length; rest /= 62n) text = alphabet[Number(rest % 62n)]! + text;
  return text;
}
