import type { Words } from "@yunhe/kernel";
import type { DeviceFacts } from "@yunhe/domain-compute/driver";
import { nvidiaDevices, nvidiaNodes, nvidiaUtilisation } from "./nvidia.ts";
import type { NvidiaDevice } from "./nvidia.ts";

const freshMs = 30_000;

/** The devices of this machine: those that were declared, simulated ones, and those that `nvidia-smi` finds. */
export class DeviceCatalogue {
  readonly #fixed: readonly DeviceFacts[];
  readonly #nvidiaSmi: string | undefined;
  #nvidia: readonly NvidiaDevice[] = [];
  #all = new Map<string, DeviceFacts>();
  #askedAtMs = -Infinity;
  warning: Words | undefined;
  /** Percent in use by device id, as last asked. */
  utilisation = new Map<string, number>();

  constructor(fixed: readonly DeviceFacts[], nvidiaSmi: string | undefined) {
    this.#fixed = fixed;
    this.#nvidiaSmi = nvidiaSmi;
  }

  get byId(): ReadonlyMap<string, DeviceFacts> {
    return this.#all;
  }

  get hasNvidia(): boolean {
    return this.#nvidia.length > 0;
  }

  /** Devices that `nvidia-smi` finds: of these parts can be given by MPS. */
  get nvidiaIds(): ReadonlySet<string> {
    return new Set(this.#nvidia.map(({ id }) => id));
  }

  /** Asks again when the last answer is old; a failed question leaves devices listed, as unhealthy. */
  async refresh(nowMs: number): Promise<void> {
    if (nowMs - this.#askedAtMs < freshMs) return;
    this.#askedAtMs = nowMs;
    if (this.#nvidiaSmi !== undefined) {
      try {
        this.#nvidia = await nvidiaDevices(this.#nvidiaSmi);
        this.warning = undefined;
      } catch (error) {
        this.#nvidia = this.#nvidia.map((device) => ({ ...device, healthy: false }));
        const said = String(error).split("\n")[0] ?? "";
        this.warning = {
          en: `nvidia-smi failed (${said}): check the NVIDIA driver.`,
          zh: `nvidia-smi 执行失败（${said}）：请检查 NVIDIA 驱动。`,
        };
      }
    }
    this.#all = new Map([...this.#fixed, ...this.#nvidia].map((device) => [device.id, device]));
  }

  nodesFor(ids: readonly string[]): string[] {
    return nvidiaNodes(this.#nvidia.filter((device) => ids.includes(device.id)));
  }

  async measure(): Promise<void> {
    if (this.#nvidiaSmi === undefined) return;
    this.utilisation = await nvidiaUtilisation(this.#nvidiaSmi).catch(() => new Map());
  }
}
