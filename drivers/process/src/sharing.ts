import type { Words } from "@yunhe/kernel";
import type { DeviceCatalogue } from "./device-catalogue.ts";
import { MpsDaemons } from "./mps.ts";
import type { MpsOptions } from "./mps.ts";

/** What enforces parts of devices; `warning`: there are real ones, and nothing does. */
export interface Sharing {
  readonly mps: MpsDaemons | undefined;
  readonly warning: Words | undefined;
}

/** Tries whether parts of a device can be enforced here. */
export async function openSharing(
  options: Omit<MpsOptions, "control"> & { readonly control: string | undefined },
  devices: DeviceCatalogue,
): Promise<Sharing> {
  const { control } = options;
  const [device] = devices.nvidiaIds;
  if (device === undefined) return { mps: undefined, warning: undefined };
  if (control === undefined)
    return onlyCounted("nvidia-cuda-mps-control is not installed", "未安装 nvidia-cuda-mps-control");
  const daemons = new MpsDaemons({ ...options, control });
  try {
    await daemons.try(device);
    return { mps: daemons, warning: undefined };
  } catch (error) {
    return onlyCounted(`MPS does not work: ${String(error)}`, `MPS 不可用：${String(error)}`);
  }
}

const onlyCounted = (en: string, zh: string): Sharing => ({
  mps: undefined,
  warning: {
    en: `Shares of a device are counted, not enforced (${en}).`,
    zh: `设备份额仅记账，不强制（${zh}）。`,
  },
});
