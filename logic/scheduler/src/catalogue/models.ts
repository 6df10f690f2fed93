import type { DeviceModel } from "./catalogue.ts";

const GIB = 2 ** 30;

export const deviceModels: readonly DeviceModel[] = [
  {
    name: "A10",
    vendor: "NVIDIA",
    aliases: ["NVIDIA A10"],
    memoryBytes: 24 * GIB,
    capabilities: ["cuda-8.6", "fp16", "bf16", "int8"],
    powerWatts: 150,
    denseTflops16: 125,
    source: "NVIDIA A10 datasheet",
  },
];
