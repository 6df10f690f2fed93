import { type DeviceGrant, type Job, JobRefused } from "@yunhe/domain-compute/driver";
import type { Engine } from "./engine.ts";
import type { MpsAccess } from "./mps.ts";

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
