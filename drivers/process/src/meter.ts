import type { Usage } from "@yunhe/domain-compute/driver";

/** Totals up to `atUptimeS`, in the form in which they are kept on disk. */
export interface MeterState {
  atUptimeS: number;
  cpuMs: number;
  memoryByteSeconds: number;
  memoryBytes: number;
  peakBytes: number;
  deviceShareMs: number | undefined;
  samples: number;
}

export interface Reading {
  readonly cpuMs: number | undefined;
  readonly memoryBytes: number | undefined;
  readonly peakBytes: number | undefined;
  /** Thousandths of a device in use, summed over the attempt's devices. */
  readonly deviceMilli?: number;
}

/** Adds up what an attempt uses; totals only grow, over restarts too when {@link state} is kept. */
export class Meter {
  readonly state: MeterState;

  constructor(state?: MeterState) {
    this.state = state ?? {
      atUptimeS: 0,
      cpuMs: 0,
      memoryByteSeconds: 0,
      memoryBytes: 0,
      peakBytes: 0,
      deviceShareMs: undefined,
      samples: 0,
    };
  }

  begin(uptimeS: number): void {
    if (this.state.atUptimeS === 0) this.state.atUptimeS = uptimeS;
  }

  /** Memory between two samples counts as their mean (trapezoid); devices as the newer sample. */
  sample(uptimeS: number, reading: Reading): void {
    const { state } = this;
    const seconds = Math.max(0, uptimeS - state.atUptimeS);
    const memory = reading.memoryBytes ?? state.memoryBytes;
    const before = state.samples === 0 ? memory : state.memoryBytes;
    state.memoryByteSeconds += Math.round((seconds * (before + memory)) / 2);
    state.memoryBytes = memory;
    if (reading.deviceMilli !== undefined) {
      state.deviceShareMs = (state.deviceShareMs ?? 0) + Math.round(seconds * reading.deviceMilli);
    }
    state.atUptimeS = Math.max(state.atUptimeS, uptimeS);
    state.samples++;
    this.#note(reading);
  }

  /** The last stretch; an attempt too short for a sample counts with its peak. */
  finish(uptimeS: number, reading: Reading): void {
    this.#note(reading);
    const { state } = this;
    const seconds = Math.max(0, uptimeS - state.atUptimeS);
    state.memoryByteSeconds += Math.round(
      seconds * (state.samples === 0 ? state.peakBytes : state.memoryBytes),
    );
    state.atUptimeS = Math.max(state.atUptimeS, uptimeS);
  }

  #note(reading: Reading): void {
    const { state } = this;
    state.cpuMs = Math.max(state.cpuMs, reading.cpuMs ?? 0);
    state.peakBytes = Math.max(state.peakBytes, reading.peakBytes ?? 0, reading.memoryBytes ?? 0);
  }

  usage(): Usage {
    const { state } = this;
    return {
      cpuCoreMs: state.cpuMs,
      memoryByteSeconds: state.memoryByteSeconds,
      peakMemoryBytes: state.peakBytes,
      ...(state.deviceShareMs === undefined ? {} : { deviceShareMs: state.deviceShareMs }),
    };
  }
}
