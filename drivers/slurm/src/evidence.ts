import type { AttemptId, Ending, Usage } from "@yunhe/domain-compute/driver";
import { z } from "zod";
import { arrayHandle } from "./arrays.ts";
import type { Arrays } from "./arrays.ts";
import type { JobFiles } from "./files/port.ts";
import { parseRecord, parseUsage } from "./record.ts";
import type { AttemptRecord } from "./record.ts";

/** `job.json`: what is needed of a job after it was handed over. No secrets. */
const storedJob = z.object({
  title: z.string(),
  program: z.string(),
  memoryBytes: z.number(),
  timeLimitMs: z.number().optional(),
  outputs: z.array(z.string()),
});
export type StoredJob = z.output<typeof storedJob>;

/** All that an attempt's folder tells. */
export interface Evidence {
  /** Undefined: there is no folder, or nothing was handed over from it; perhaps it holds an order to end, no more. */
  readonly job: StoredJob | undefined;
  readonly ending: Ending | undefined;
  readonly jobId: string | undefined;
  /** Who may run it: a job's id, or {@link withdrawn}; undefined: nobody has asked yet. */
  readonly claim: string | undefined;
  readonly record: AttemptRecord;
  readonly usage: Usage;
  /** The shell worded a death by signal. */
  readonly signalWords: boolean;
  /** What slurmstepd and the batch shell said. */
  readonly slurmOut: string;
  readonly stop: { readonly graceSeconds: number; readonly why: string } | undefined;
}

/** In the claim: it was found that no job runs it, and none ever will. */
export const withdrawn = "withdrawn";

const everything = [
  "job.json",
  "ending.json",
  "handle",
  "claim",
  "record",
  "usage",
  "times",
  "words",
  "slurm.out",
  "stop",
] as const;
/** While it runs only these change. */
const progress = ["record", "usage"] as const;

export async function readEvidence(
  { files, arrays }: { readonly files: JobFiles; readonly arrays: Arrays },
  attempts: readonly AttemptId[],
): Promise<Map<AttemptId, Evidence>> {
  const shared = (
    id: AttemptId,
  ): { readonly handle: string; readonly out: string; readonly index: number }[] => {
    const place = arrays.placeOf(id);
    if (place === undefined) return [];
    const { array, index } = place;
    return [{ handle: `${array}/${arrayHandle}`, out: `${array}/${index}.out`, index }];
  };
  const own = (id: AttemptId): string[] => everything.map((file) => `${id}/${file}`);
  const texts = await files.read([
    ...new Set(
      attempts.flatMap((id) => [...own(id), ...shared(id).flatMap(({ handle, out }) => [handle, out])]),
    ),
  ]);
  return new Map(
    attempts.map((id) => {
      const [array] = shared(id);
      const arrayId = array && texts.get(array.handle)?.trim();
      const together = {
        jobId: arrayId === undefined ? undefined : `${arrayId}_${array!.index}`,
        out: (array && texts.get(array.out)) ?? "",
      };
      return [id, evidenceOf((file) => texts.get(`${id}/${file}`), together)];
    }),
  );
}

export async function readProgress(
  files: JobFiles,
  attempts: readonly AttemptId[],
): Promise<Map<AttemptId, { readonly record: AttemptRecord; readonly usage: Usage }>> {
  const texts = await files.read(attempts.flatMap((id) => progress.map((file) => `${id}/${file}`)));
  return new Map(
    attempts.map((id) => [
      id,
      {
        record: parseRecord(texts.get(`${id}/record`) ?? ""),
        usage: parseUsage(texts.get(`${id}/usage`), undefined),
      },
    ]),
  );
}

function evidenceOf(
  text: (file: (typeof everything)[number]) => string | undefined,
  /** What is known of it as a member of an array. */
  together: { readonly jobId: string | undefined; readonly out: string },
): Evidence {
  const stop = text("stop");
  const claim = text("claim")?.trim();
  return {
    job: parsed(text("job.json"), (value) => storedJob.safeParse(value).data),
    ending: parsed(text("ending.json"), (value) => value as Ending),
    jobId: text("handle")?.trim() ?? together.jobId ?? (claim === withdrawn ? undefined : claim),
    claim,
    record: parseRecord(text("record") ?? ""),
    usage: parseUsage(text("usage"), text("times")),
    signalWords: (text("words") ?? "").trim() !== "",
    slurmOut: (text("slurm.out") ?? "") + together.out,
    stop:
      stop === undefined
        ? undefined
        : { graceSeconds: Number(stop.split(" ")[0]), why: stop.trim().split(" ")[1] ?? "cancelled" },
  };
}

function parsed<T>(text: string | undefined, read: (value: unknown) => T | undefined): T | undefined {
  if (text === undefined) return undefined;
  try {
    return read(JSON.parse(text));
  } catch {
    return undefined;
  }
}
