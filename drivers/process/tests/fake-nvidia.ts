import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** Two devices, answered as `nvidia-smi` does; simulated because no machine of the tests has one. */
const smi = `#!/bin/sh
case "$*" in
  *--query-gpu=index*)
    echo "0, GPU-aaaa, NVIDIA A100-SXM4-80GB, 81920, 570.86, Disabled"
    echo "1, GPU-bbbb, NVIDIA A100-SXM4-80GB, 81920, 570.86, Disabled" ;;
  *--query-gpu=uuid*) echo "GPU-aaaa, 40"; echo "GPU-bbbb, 0" ;;
esac
`;

/** A daemon that answers while its process lives; clients are not its business. */
const control = (folder: string): string => `#!/bin/sh
pid="$CUDA_MPS_PIPE_DIRECTORY/nvidia-cuda-mps-control.pid"
if [ "$1" = -d ]; then
  if [ -e ${folder}/broken ]; then echo "no MPS on this device" >&2; exit 1; fi
  sleep 600 </dev/null >/dev/null 2>&1 &
  echo $! > "$pid"
  echo "start $CUDA_VISIBLE_DEVICES" >> ${folder}/log
  exit 0
fi
read -r command rest
if ! kill -0 "$(cat "$pid" 2>/dev/null)" 2>/dev/null; then
  echo "Cannot find MPS control daemon process" >&2
  exit 1
fi
case $command in
  get_default_active_thread_percentage) echo 100.0 ;;
  quit) kill "$(cat "$pid")"; rm "$pid"; echo "quit $CUDA_VISIBLE_DEVICES" >> ${folder}/log ;;
esac
`;

export interface FakeNvidia {
  readonly control: string;
  /** With these programs found first. */
  with<Value>(act: () => Promise<Value>): Promise<Value>;
  breakMps(): void;
  /** Starts and ends of daemons, the first first. */
  log(): string[];
  dispose(): void;
}

export function fakeNvidia(): FakeNvidia {
  const folder = mkdtempSync(path.join(tmpdir(), "yunhe-nvidia-"));
  const put = (name: string, text: string): void =>
    writeFileSync(path.join(folder, name), text, { mode: 0o755 });
  put("nvidia-smi", smi);
  put("nvidia-cuda-mps-control", control(folder));
  return {
    control: path.join(folder, "nvidia-cuda-mps-control"),
    async with(act) {
      const before = process.env["PATH"];
      process.env["PATH"] = `${folder}:${before}`;
      try {
        return await act();
      } finally {
        process.env["PATH"] = before;
      }
    },
    breakMps: () => put("broken", ""),
    log() {
      const file = path.join(folder, "log");
      return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
    },
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}
