import { z } from "zod";

/** Kubernetes quantities: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
const binary: Record<string, number> = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50 };
const decimal: Record<string, number> = { k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15 };

const cpuPattern = /^(?:\d+m|\d+(?:\.\d{1,3})?)$/;
const bytesPattern = /^(\d+(?:\.\d+)?)(Ki|Mi|Gi|Ti|Pi|k|M|G|T|P)?$/;
const durationPattern = /^(?=\d)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d{1,3})?)s)?(?:(\d+)ms)?$/;

/** Cores: `2`, `0.5`, `"500m"`. */
export const cpuQuantity = z.union(
  [
    z.number().nonnegative().max(1e6),
    z.string().regex(cpuPattern, 'Write cores as 2, 0.5 or "500m". / 核数写作 2、0.5 或 "500m"。'),
  ],
  { error: 'Write cores as 2, 0.5 or "500m". / 核数写作 2、0.5 或 "500m"。' },
);

/** Bytes: `1073741824`, `"512Mi"`, `"2Gi"`, `"1.5G"`. */
export const bytesQuantity = z.union(
  [
    z.int().nonnegative(),
    z
      .string()
      .regex(
        bytesPattern,
        'Write a size as "512Mi", "2Gi" or a number of bytes. / 大小写作 "512Mi"、"2Gi" 或字节数。',
      ),
  ],
  { error: 'Write a size as "512Mi", "2Gi" or a number of bytes. / 大小写作 "512Mi"、"2Gi" 或字节数。' },
);

/** Time spans: `90` (seconds), `"30s"`, `"1h30m"`, `"2d"`, `"250ms"`. */
export const duration = z.union(
  [
    z.number().nonnegative().max(1e9),
    z
      .string()
      .regex(
        durationPattern,
        'Write a time span as "30s", "1h30m" or a number of seconds. / 时长写作 "30s"、"1h30m" 或秒数。',
      ),
  ],
  { error: 'Write a time span as "30s", "1h30m" or a number of seconds. / 时长写作 "30s"、"1h30m" 或秒数。' },
);

/** Thousandths of a core, rounded up so that what was asked for is granted. */
export function cpuMilliOf(quantity: z.output<typeof cpuQuantity>): number {
  if (typeof quantity === "number") return Math.ceil(quantity * 1000 - 1e-9);
  return quantity.endsWith("m") ? Number(quantity.slice(0, -1)) : Math.ceil(Number(quantity) * 1000 - 1e-9);
}

export function bytesOf(quantity: z.output<typeof bytesQuantity>): number {
  if (typeof quantity === "number") return quantity;
  const match = bytesPattern.exec(quantity);
  if (!match) throw new RangeError(`not a size: ${quantity}`);
  const unit = match[2] ?? "";
  return Math.ceil(Number(match[1]) * (binary[unit] ?? decimal[unit] ?? 1));
}

export function durationMsOf(span: z.output<typeof duration>): number {
  if (typeof span === "number") return Math.round(span * 1000);
  const match = durationPattern.exec(span);
  if (!match) throw new RangeError(`not a time span: ${span}`);
  const [, days, hours, minutes, seconds, millis] = match;
  const ms = (text: string | undefined, unit: number): number =>
    text === undefined ? 0 : Number(text) * unit;
  return Math.round(
    ms(days, 86_400_000) + ms(hours, 3_600_000) + ms(minutes, 60_000) + ms(seconds, 1000) + ms(millis, 1),
  );
}
