import type { DeviceModel } from "./device-model.ts";

const GIB = 2 ** 30;

type Row = readonly [
  name: string,
  gib: number,
  watts: number | undefined,
  tflops: number | undefined,
  capabilities: string[],
  source: string,
  aliases?: string[],
];

/** Memory in GiB, board power in watts, dense 16-bit TFLOPS; undefined where the vendor does not publish it. */
const models = (vendor: string, rows: readonly Row[]): DeviceModel[] =>
  rows.map(([name, gib, watts, tflops, capabilities, source, aliases = []]) => ({
    name,
    vendor,
    aliases,
    memoryBytes: gib * GIB,
    capabilities,
    ...(watts !== undefined && { powerWatts: watts }),
    ...(tflops !== undefined && { denseTflops16: tflops }),
    source,
  }));

const cdna3 = ["rocm", "gfx942", "fp16", "bf16", "fp8", "int8"];
const cdna4 = ["rocm", "gfx950", "fp16", "bf16", "fp8", "fp4", "int8"];
const amd = models("AMD", [
  ["MI210", 64, 300, 181, ["rocm", "gfx90a", "fp16", "bf16", "int8"], "AMD Instinct MI210 datasheet"],
  ["MI250X", 128, 560, 383, ["rocm", "gfx90a", "fp16", "bf16", "int8"], "AMD Instinct MI250X datasheet"],
  ["MI300X", 192, 750, 1307.4, cdna3, "AMD Instinct MI300X datasheet"],
  ["MI325X", 256, 1000, 1307.4, cdna3, "AMD Instinct MI325X datasheet"],
  ["MI355X", 288, 1400, 2516, cdna4, "AMD Instinct MI355X datasheet"],
]);

const cann = ["cann", "fp16", "int8"];
const ascend = models("Ascend", [
  ["Ascend310P", 24, 72, 70, cann, "Huawei Atlas 300I Pro user guide", ["310P", "Atlas 300I Pro"]],
  ["Ascend910A", 32, 310, 256, cann, "Huawei Ascend 910, Hot Chips 31 (2019)", ["910A", "Ascend910"]],
  [
    "Ascend910B",
    64,
    undefined,
    undefined,
    [...cann, "bf16"],
    "Huawei Atlas 800T A2 user guide",
    ["910B", "Ascend910B3"],
  ],
  [
    "Ascend910C",
    128,
    undefined,
    undefined,
    [...cann, "bf16"],
    "Huawei CloudMatrix 384 paper (2025)",
    ["910C"],
  ],
]);

const neuware = ["cambricon-neuware", "fp16", "int8"];
const cambricon = models("Cambricon", [
  ["MLU270", 16, 70, undefined, neuware, "Cambricon MLU270-S4 product page", ["MLU270-S4"]],
  ["MLU290", 32, 350, undefined, neuware, "Cambricon MLU290-M5 product page", ["MLU290-M5"]],
  ["MLU370-S4", 24, 75, 72, [...neuware, "bf16"], "Cambricon MLU370-S4 product page"],
  ["MLU370-X4", 24, 150, 96, [...neuware, "bf16"], "Cambricon MLU370-X4 product page"],
  ["MLU370-X8", 48, 250, 96, [...neuware, "bf16"], "Cambricon MLU370-X8 product page"],
]);

const hygon = models("Hygon", [
  ["DCU-Z100L", 32, undefined, undefined, ["dtk", "fp16"], "Hygon DCU Z100L developer guide", ["Z100L"]],
  ["DCU-K100", 64, undefined, undefined, ["dtk", "fp16"], "Hygon DCU K100 developer guide", ["K100"]],
  [
    "DCU-K100-AI",
    64,
    350,
    196,
    ["dtk", "fp16", "bf16", "int8"],
    "Hygon DCU K100 AI developer guide",
    ["K100_AI"],
  ],
]);

const kunlun = models("Kunlunxin", [
  [
    "KunlunK200",
    16,
    undefined,
    undefined,
    ["xpu", "fp16", "int8"],
    "Baidu Kunlun, Hot Chips 32 (2020)",
    ["K200"],
  ],
  ["KunlunR200", 32, 150, 128, ["xpu", "fp16", "int8"], "Kunlunxin R200 product page", ["R200"]],
]);

const metax = models("MetaX", [
  [
    "MetaX-C500",
    64,
    350,
    undefined,
    ["maca", "fp16", "bf16", "int8"],
    "MetaX C500 product page",
    ["C500", "MXC500"],
  ],
]);

const tpuSource = "Google Cloud TPU system architecture pages";
const tpu = models("Google", [
  ["TPU-v2", 16, undefined, 45, ["tpu", "bf16"], tpuSource],
  ["TPU-v3", 32, undefined, 123, ["tpu", "bf16"], tpuSource],
  ["TPU-v4", 32, undefined, 275, ["tpu", "bf16", "int8"], tpuSource],
  ["TPU-v5e", 16, undefined, 197, ["tpu", "bf16", "int8"], tpuSource, ["TPU-v5-lite"]],
  ["TPU-v5p", 95, undefined, 459, ["tpu", "bf16", "int8"], tpuSource],
  ["TPU-v6e", 32, undefined, 918, ["tpu", "bf16", "int8"], tpuSource, ["Trillium"]],
]);

const others = [
  ...models("Intel", [["Gaudi2", 96, 600, 432, ["synapse", "bf16", "fp8"], "Intel Gaudi 2 white paper"]]),
  ...models("AWS", [
    ["Trainium", 32, undefined, 190, ["neuron", "bf16", "fp16"], "AWS Trainium architecture page", ["Trn1"]],
    [
      "Trainium2",
      96,
      undefined,
      667,
      ["neuron", "bf16", "fp16", "fp8"],
      "AWS Trainium2 architecture page",
      ["Trn2"],
    ],
  ]),
  ...models("Moore Threads", [
    [
      "MTT-S4000",
      48,
      450,
      100,
      ["musa", "fp16", "bf16", "int8"],
      "Moore Threads MTT S4000 product page",
      ["S4000"],
    ],
  ]),
  ...models("Iluvatar CoreX", [
    [
      "BI-V100",
      32,
      250,
      147,
      ["corex", "fp16", "bf16", "int8"],
      "Iluvatar CoreX Tiangai 100 page",
      ["Tiangai100"],
    ],
  ]),
];

/** Two models of the openb trace whose makers are not disclosed. */
const undisclosed: DeviceModel[] = ["G2", "G3"].map((name) => ({
  name,
  vendor: "undisclosed",
  capabilities: [],
  source: "Alibaba cluster-trace-gpu-v2023 README",
}));

export const otherModels: readonly DeviceModel[] = [
  ...amd,
  ...ascend,
  ...cambricon,
  ...hygon,
  ...kunlun,
  ...metax,
  ...tpu,
  ...others,
  ...undisclosed,
];
