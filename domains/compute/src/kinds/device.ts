import { field } from "@yunhe/kernel";
import { z } from "zod";

/** A part of one device that is granted to one attempt. */
export const deviceGrant = z.strictObject({
  id: field(z.string(), { en: "The device on its node.", zh: "节点上的设备。" }),
  model: field(z.string(), { en: "Device model.", zh: "设备型号。" }),
  shareMilli: field(z.int().min(1).max(1000), {
    en: "Thousandths of the device's compute.",
    zh: "占设备算力的千分数。",
    format: "milli",
  }),
  memoryBytes: field(z.int().nonnegative(), { en: "Device memory.", zh: "设备显存。", format: "bytes" }),
});

/** What one attempt may use. */
export const grant = z.strictObject({
  cpuMilli: field(z.int().nonnegative(), {
    en: "Thousandths of a core.",
    zh: "千分之一核。",
    format: "milli",
  }),
  memoryBytes: field(z.int().nonnegative(), { en: "Memory.", zh: "内存。", format: "bytes" }),
  devices: field(z.array(deviceGrant), { en: "Devices and shares of devices.", zh: "设备及设备份额。" }),
});

export type GrantFields = z.output<typeof grant>;
