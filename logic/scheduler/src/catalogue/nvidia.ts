import type { DeviceModel } from "./device-model.ts";

const GIB = 2 ** 30;
const product = (name: string): string => `NVIDIA ${name} datasheet`;
const pascal = ["cuda-6.0", "fp16"];
const volta = ["cuda-7.0", "fp16"];
const turing = ["cuda-7.5", "fp16", "int8"];
const ampere = ["fp16", "bf16", "tf32", "int8"];
const ampereServer = ["cuda-8.0", ...ampere, "mig"];
const ampereGraphics = ["cuda-8.6", ...ampere];
const ada = ["cuda-8.9", ...ampere, "fp8"];
const hopper = ["cuda-9.0", ...ampere, "fp8", "mig"];
const blackwell = ["cuda-10.0", ...ampere, "fp8", "fp4", "mig"];

type Row = readonly [
  name: string,
  gib: number,
  watts: number,
  tflops: number | undefined,
  capabilities: string[],
  aliases?: string[],
];

/** Memory in GiB, board power in watts, dense 16-bit tensor TFLOPS without sparsity. */
const rows: readonly Row[] = [
  ["P100", 16, 250, 18.7, pascal, ["Tesla P100-PCIE-16GB"]],
  ["V100M16", 16, 300, 125, volta, ["Tesla V100-SXM2-16GB", "V100-16GB"]],
  ["V100M32", 32, 300, 125, volta, ["Tesla V100-SXM2-32GB", "V100-32GB", "V100"]],
  ["T4", 16, 70, 65, turing, ["Tesla T4"]],
  ["A10", 24, 150, 125, ampereGraphics, ["NVIDIA A10"]],
  ["A10G", 24, 300, undefined, ampereGraphics, ["NVIDIA A10G"]],
  ["A30", 24, 165, 165, ampereServer, ["NVIDIA A30"]],
  ["A40", 48, 300, 149.7, ampereGraphics, ["NVIDIA A40"]],
  ["A100-40GB", 40, 400, 312, ampereServer, ["NVIDIA A100-SXM4-40GB", "A100"]],
  ["A100-80GB", 80, 400, 312, ampereServer, ["NVIDIA A100-SXM4-80GB"]],
  ["A100-80GB-PCIe", 80, 300, 312, ampereServer, ["NVIDIA A100 80GB PCIe"]],
  ["A800-80GB", 80, 400, 312, ampereServer, ["NVIDIA A800-SXM4-80GB", "A800"]],
  ["L4", 24, 72, 121, ada, ["NVIDIA L4"]],
  ["L20", 48, 275, 119.5, ada, ["NVIDIA L20"]],
  ["L40", 48, 300, 181, ada, ["NVIDIA L40"]],
  ["L40S", 48, 350, 362, ada, ["NVIDIA L40S"]],
  ["RTX3090", 24, 350, 71, ampereGraphics, ["NVIDIA GeForce RTX 3090"]],
  ["RTX4090", 24, 450, 165.2, ada, ["NVIDIA GeForce RTX 4090"]],
  ["H20", 96, 400, 148, hopper, ["NVIDIA H20"]],
  ["H100-80GB", 80, 700, 989, hopper, ["NVIDIA H100 80GB HBM3", "H100", "H100-SXM"]],
  ["H100-PCIe", 80, 350, 756, hopper, ["NVIDIA H100 PCIe"]],
  ["H800", 80, 700, 989, hopper, ["NVIDIA H800"]],
  ["H200", 141, 700, 989, hopper, ["NVIDIA H200"]],
  ["B200", 180, 1000, 2250, blackwell, ["NVIDIA B200"]],
];

export const nvidiaModels: readonly DeviceModel[] = rows.map(
  ([name, gib, powerWatts, tflops, capabilities, aliases = []]) => ({
    name,
    vendor: "NVIDIA",
    aliases,
    memoryBytes: gib * GIB,
    capabilities,
    powerWatts,
    ...(tflops !== undefined && { denseTflops16: tflops }),
    source: product(name),
  }),
);
