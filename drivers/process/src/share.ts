import type { Words } from "@yunhe/kernel";
import { type DeviceGrant, type Job, JobRefused } from "@yunhe/domain-compute/driver";
import type { Engine } from "./engine.ts";
import { type MpsAccess, MpsDaemons } from "./mps.ts";
import type { MpsOptions } from "./mps.ts";

/** What enforces parts of devices; `warning`: there are real ones, and nothing does. */
export interface Sharing {
  readonly mps: MpsDaemons | undefined;
  readonly warning: Words | undefined;
}

/** Tries whether parts of a device can be enforced here. */
export async function openSharing(
  options: Omit<MpsOptions, "control"> & { readonly control: string | undefined },
  devices: Engine["devices"],
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

/** A part of a real NVIDIA device: what bounds it is ready when this resolves. Undefined: nothing to bound. */
export async function shareDevice(
  engine: Engine,
  job: Job,
): Promise<{ readonly grant: DeviceGrant; readonly access: MpsAccess } | undefined> {
  const { mps } = engine.sharing;
  const real = engine.devices.nvidiaIds;
  const grant = job.grant.devices.find(({ id, shareMilli }) => shareMilli < 1000 && real.has(id));
  if (mps === undefined || grant === undefined) return undefined;
  if (job.grant.devices.length > 1) throw refused("one device at a time", "每次仅限一个设备", grant);
  try {
    return { grant, access: await mps.acquire(grant.id, job.attempt) };
  } catch (error) {
    throw refused(String(error), String(error), grant);
  }
}

const refused = (en: string, zh: string, { id }: DeviceGrant): JobRefused =>
  new JobRefused(
    {
      en: `The share of device ${id} cannot be enforced by MPS (${en}): ask for a whole device, or look after MPS on this machine.`,
      zh: `无法用 MPS 强制设备 ${id} 的份额（${zh}）：请申请整卡，或检查本机的 MPS。`,
    },
    { elsewhere: true },
  );
