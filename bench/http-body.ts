/** A {@link jobKind} object of the size of a small task, as text; apart, so that the load generator loads nothing else. */
export const jobBody = (name: string): string =>
  JSON.stringify({
    apiVersion: "bench.yunhe.dev/v1",
    kind: "Job",
    metadata: { name, labels: { app: "bench" } },
    spec: {
      command: ["python3", "train.py", "--rate", "0.1"],
      environment: { SEED: name, DATA: "/data/set" },
      cpus: 2,
    },
  });
