/** What is known about a model of accelerator. Figures are the vendor's nominal ones; absent means not published. */
export interface DeviceModel {
  readonly name: string;
  readonly vendor: string;
  /** Other names it goes by in clusters, drivers and price lists. */
  readonly aliases?: readonly string[];
  readonly memoryBytes?: number;
  /** Tags a task can ask for: number formats (`fp8`, `bf16`), software (`cuda-9.0`, `cann`), sharing (`mig`). */
  readonly capabilities: readonly string[];
  readonly powerWatts?: number;
  /** Dense 16-bit (bf16 or fp16) throughput. */
  readonly denseTflops16?: number;
  /** Where the figures come from. */
  readonly source: string;
}
