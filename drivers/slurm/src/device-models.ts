import type { DeviceFacts } from "@yunhe/domain-compute/driver";
import type { DeviceModel } from "./config.ts";

const gib = 2 ** 30;
type Known = readonly [pattern: RegExp, vendor: string, model: string, memoryGib: number];

/**
 * GPU types as clusters commonly call them (lower case, without `nvidia_` and the like). Memory from the makers' data
 * sheets; where a model exists in two sizes and the name does not say which, the smaller one, so that nothing is
 * promised that may not be there.
 */
const known: readonly Known[] = [
  [/^gb200|^b200/, "NVIDIA", "B200-180G", 180],
  [/^h200/, "NVIDIA", "H200-141G", 141],
  [/^h100.*(94|nvl)/, "NVIDIA", "H100-94G", 94],
  [/^h100/, "NVIDIA", "H100-80G", 80],
  [/^h800/, "NVIDIA", "H800-80G", 80],
  [/^h20/, "NVIDIA", "H20-96G", 96],
  [/^gh200/, "NVIDIA", "GH200-96G", 96],
  [/^a100.*80/, "NVIDIA", "A100-80G", 80],
  [/^a100/, "NVIDIA", "A100-40G", 40],
  [/^a800/, "NVIDIA", "A800-80G", 80],
  [/^l40s/, "NVIDIA", "L40S-48G", 48],
  [/^l40/, "NVIDIA", "L40-48G", 48],
  [/^l20/, "NVIDIA", "L20-48G", 48],
  [/^l4$/, "NVIDIA", "L4-24G", 24],
  [/^(rtx_?)?a6000|^rtx_?6000_?ada/, "NVIDIA", "RTX-A6000-48G", 48],
  [/^(rtx_?)?a5000/, "NVIDIA", "RTX-A5000-24G", 24],
  [/^a40/, "NVIDIA", "A40-48G", 48],
  [/^a30/, "NVIDIA", "A30-24G", 24],
  [/^a10g?$/, "NVIDIA", "A10-24G", 24],
  [/5090/, "NVIDIA", "RTX-5090-32G", 32],
  [/4090/, "NVIDIA", "RTX-4090-24G", 24],
  [/3090/, "NVIDIA", "RTX-3090-24G", 24],
  [/2080_?ti/, "NVIDIA", "RTX-2080Ti-11G", 11],
  [/^v100.*32/, "NVIDIA", "V100-32G", 32],
  [/^v100/, "NVIDIA", "V100-16G", 16],
  [/^(tesla_?)?p100/, "NVIDIA", "P100-16G", 16],
  [/^(tesla_?)?t4$/, "NVIDIA", "T4-16G", 16],
  [/^k80/, "NVIDIA", "K80-12G", 12],
  [/^mi355/, "AMD", "MI355X-288G", 288],
  [/^mi325/, "AMD", "MI325X-256G", 256],
  [/^mi300a/, "AMD", "MI300A-128G", 128],
  [/^mi300/, "AMD", "MI300X-192G", 192],
  [/^mi250/, "AMD", "MI250X-128G", 128],
  [/^mi210/, "AMD", "MI210-64G", 64],
  [/^mi100/, "AMD", "MI100-32G", 32],
  [/910b|910_b/, "Huawei", "Ascend-910B-64G", 64],
  [/910/, "Huawei", "Ascend-910-32G", 32],
];

type Model = Pick<DeviceFacts, "vendor" | "model" | "memoryBytes" | "simulated">;

/** By what the pool's configuration says, then by name; a type that nobody knows has no memory to promise. */
export function modelOf(type: string | undefined, configured: Readonly<Record<string, DeviceModel>>): Model {
  const told = configured[type ?? "gpu"];
  if (told !== undefined) return told;
  const plain = (type ?? "")
    .toLowerCase()
    .replace(/^(nvidia|amd|tesla|geforce|instinct)[_-]/, "")
    .replaceAll("-", "_");
  const found = known.find(([pattern]) => pattern.test(plain));
  if (found === undefined)
    return { vendor: "unknown", model: type ?? "gpu", memoryBytes: 0, simulated: false };
  const [, vendor, model, memoryGib] = found;
  return { vendor, model, memoryBytes: memoryGib * gib, simulated: false };
}
