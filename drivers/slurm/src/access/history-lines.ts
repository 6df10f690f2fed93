import { parseJobs } from "./parse.ts";
import type { Accounted, SlurmJob } from "./port.ts";

/** Of `sacct -o`: first what `squeue` gives too, in the same order. */
export const historyFields = "JobID,State,Reason,NodeList,Start,End,JobName,ExitCode,TotalCPU,MaxRSS";

/** A job's own line has no memory; those of its steps (`5.batch`, `5.0`) follow it. */
export function parseHistory(text: string): SlurmJob[] {
  const peaks = new Map<string, number>();
  const jobLines: string[] = [];
  for (const line of text.split("\n")) {
    const columns = line.split("|");
    const [job, step] = (columns[0] ?? "").split(".");
    if (step === undefined) jobLines.push(line);
    else peaks.set(job!, Math.max(peaks.get(job!) ?? 0, bytesOf(columns[9] ?? "")));
  }
  return jobLines.flatMap((line) => {
    const [job] = parseJobs(line, "");
    if (job === undefined) return [];
    const [exit = "", cpu = ""] = line.split("|").slice(7);
    const [exitCode = 0, signal = 0] = exit.split(":").map(Number);
    const accounted: Accounted = {
      exitCode,
      signal,
      cpuCoreMs: cpuMsOf(cpu),
      peakMemoryBytes: peaks.get(job.id) ?? 0,
    };
    return [job.endedAtMs === undefined ? job : { ...job, accounted }];
  });
}

/** sacct(1), TotalCPU: `[DD-[HH:]]MM:SS[.mmm]`. */
export function cpuMsOf(text: string): number {
  const match = /^(?:(?:(\d+)-)?(\d+):)?(\d+):([\d.]+)$/.exec(text);
  if (match === null) return 0;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return Math.round((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000);
}

const units: Readonly<Record<string, number>> = { "": 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** sacct(1), MaxRSS: `1234K`, `1.50G`. */
export function bytesOf(text: string): number {
  const match = /^([\d.]+)([KMGT]?)$/.exec(text);
  return match === null ? 0 : Math.round(Number(match[1]) * units[match[2]!]!);
}
