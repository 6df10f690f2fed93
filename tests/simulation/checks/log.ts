import { type AuditEntry, type Change, keyOfKind, sharedObject } from "@yunhe/kernel";
import {
  type Attempt,
  attemptKind,
  type Node,
  nodeKind,
  type Pool,
  poolKind,
  type Task,
  taskKind,
  type UsageRecord,
  usageRecordKind,
} from "@yunhe/domain-compute";
import {
  auditAttempt,
  auditChain,
  auditNode,
  auditTask,
  type Finding,
  HistoryAudit,
} from "../../../domains/compute/src/verify/index.ts";
import type { Group, Row } from "../../../kernel/src/store/backend.ts";
import { changeOf } from "../../../kernel/src/store/group.ts";
import { newerFieldOf } from "../world/versions.ts";
import type { GroundTruth } from "./ground-truth.ts";
import { Violation } from "./violation.ts";

const kinds = {
  task: keyOfKind(taskKind),
  attempt: keyOfKind(attemptKind),
  record: keyOfKind(usageRecordKind),
  node: keyOfKind(nodeKind),
  pool: keyOfKind(poolKind),
};
const isOver = (phase: string | undefined): boolean =>
  phase === "Succeeded" || phase === "Failed" || phase === "Cancelled";
const isLive = (attempt: Attempt): boolean => attempt.status?.phase !== "Ended";
const ownerOf = ({ metadata }: Attempt | Task): string => metadata.ownerReferences?.[0]?.uid ?? "";

/** Everything durable, followed group by group, with each promise checked as it becomes so. */
export class LogChecks {
  readonly tasks = new Map<string, Task>();
  readonly attempts = new Map<string, Attempt>();
  readonly nodes = new Map<string, Node>();
  readonly #pools = new Map<string, Pool>();
  readonly #records = new Map<string, UsageRecord[]>();
  readonly #attemptsOf = new Map<string, Set<string>>();
  readonly #history = new HistoryAudit({ compacted: 0, exists: () => true });
  readonly #everMade = new Map<string, number>();
  readonly #truth: GroundTruth;
  /** Uids of tasks that somebody asked to delete. */
  readonly deletionsAsked = new Set<string>();
  /** Each change of a task, for the watchers: revision and type. */
  readonly taskLog: {
    readonly revision: number;
    readonly type: Change["type"];
    readonly namespace: string;
  }[] = [];
  #revision = 0;
  #sequence = 0;

  constructor(truth: GroundTruth) {
    this.#truth = truth;
  }

  take(group: Group): void {
    const told = this.#checkLog(group);
    const dirty = { tasks: new Set<string>(), nodes: new Set<string>() };
    const created: Attempt[] = [];
    for (const row of group.rows) this.#takeRow(row, dirty, created);
    told.forEach((entry, index) => raise(this.#history.take(entry, changeOf(group.rows[index]!))));
    for (const uid of dirty.tasks) this.#auditTask(uid);
    for (const name of dirty.nodes) this.#auditNode(name);
    for (const attempt of created) this.#created(attempt);
  }

  records(attemptUid: string): readonly UsageRecord[] {
    return this.#records.get(attemptUid) ?? [];
  }

  attemptsOf(taskUid: string): Attempt[] {
    return [...(this.#attemptsOf.get(taskUid) ?? [])].map((uid) => this.attempts.get(uid)!);
  }

  /** C3 and S4 as far as they can be seen in what is written; gives the audit entry of each row. */
  #checkLog({ rows, audit }: Group): readonly AuditEntry[] {
    for (const row of rows) {
      if (row.revision !== this.#revision + 1)
        throw new Violation("C3", `revision ${row.revision} follows ${this.#revision}`);
      this.#revision = row.revision;
    }
    const told = audit.filter(({ after }) => after > 0);
    for (const entry of audit) {
      if (entry.sequence !== this.#sequence + 1)
        throw new Violation("S4", `audit entry ${entry.sequence} follows ${this.#sequence}`);
      this.#sequence = entry.sequence;
    }
    const same =
      told.length === rows.length && told.every(({ after }, index) => after === rows[index]!.revision);
    if (!same) throw new Violation("S4", `${rows.length} changes have ${told.length} audit entries`);
    return told;
  }

  #takeRow(row: Row, dirty: { tasks: Set<string>; nodes: Set<string> }, created: Attempt[]): void {
    const gone = row.type === "DELETED";
    const object = sharedObject(changeOf(row));
    switch (row.key.kind) {
      case kinds.task:
        this.taskLog.push({ revision: row.revision, type: row.type, namespace: row.key.namespace });
        this.#task(object as unknown as Task, row, gone);
        dirty.tasks.add(row.uid);
        break;
      case kinds.attempt: {
        const attempt = object as unknown as Attempt;
        this.#attempt(attempt, row, gone);
        dirty.tasks.add(ownerOf(attempt));
        dirty.nodes.add(attempt.spec.node);
        if (row.type === "ADDED") created.push(attempt);
        break;
      }
      case kinds.record: {
        const record = object as unknown as UsageRecord;
        const known = this.#records.get(record.spec.attemptUid) ?? [];
        if (!gone) this.#records.set(record.spec.attemptUid, [...known, record]);
        const attempt = this.attempts.get(record.spec.attemptUid);
        if (attempt !== undefined) dirty.tasks.add(ownerOf(attempt));
        break;
      }
      case kinds.node:
        if (gone) this.nodes.delete(row.key.name);
        else this.nodes.set(row.key.name, object as unknown as Node);
        dirty.nodes.add(row.key.name);
        break;
      case kinds.pool:
        this.#pools.set(row.key.name, object as unknown as Pool);
    }
  }

  #task(task: Task, row: Row, gone: boolean): void {
    const before = this.tasks.get(row.uid);
    const name = `task ${row.key.name} (${row.uid.slice(0, 8)})`;
    if (gone) {
      this.tasks.delete(row.uid);
      if (this.attemptsOf(row.uid).some(isLive))
        throw new Violation("T1", `${name} is gone, an attempt of it lives`);
      return;
    }
    this.tasks.set(row.uid, task);
    const isLeaving = task.metadata.deletionTimestamp !== undefined;
    if (isLeaving && task.metadata.ownerReferences === undefined && !this.deletionsAsked.has(row.uid))
      throw new Violation("T1", `${name} is being deleted and nobody asked for it`);
    if (before === undefined) return;
    if (newerFieldOf(before) !== undefined && newerFieldOf(task) === undefined)
      throw new Violation("C6", `what a newer version wrote about ${name} was lost`);
    if (isOver(before.status?.phase) && before.status?.phase !== task.status?.phase)
      throw new Violation("T6", `${name} went from ${before.status?.phase} to ${task.status?.phase}`);
    const was = before.status ?? { attempts: 0, countedFailures: 0 };
    const is = task.status ?? { attempts: 0, countedFailures: 0 };
    if (is.attempts < was.attempts || is.attempts > was.attempts + 1)
      throw new Violation("T7", `${name} went from ${was.attempts} to ${is.attempts} attempts`);
    if (is.countedFailures < was.countedFailures || is.countedFailures > was.countedFailures + 1)
      throw new Violation("T7", `${name} went from ${was.countedFailures} to ${is.countedFailures} failures`);
  }

  #attempt(attempt: Attempt, row: Row, gone: boolean): void {
    const before = this.attempts.get(row.uid);
    const owner = ownerOf(attempt);
    if (gone) {
      this.attempts.delete(row.uid);
      this.#attemptsOf.get(owner)?.delete(row.uid);
      return;
    }
    this.attempts.set(row.uid, attempt);
    const siblings = this.#attemptsOf.get(owner) ?? new Set();
    this.#attemptsOf.set(owner, siblings.add(row.uid));
    const wasOver = before !== undefined && !isLive(before);
    if (wasOver && JSON.stringify(before.status?.outcome) !== JSON.stringify(attempt.status?.outcome))
      throw new Violation("T6", `the outcome of attempt ${row.key.name} was changed`);
    if (wasOver && isLive(attempt)) throw new Violation("T6", `attempt ${row.key.name} lives again`);
    if (!wasOver && !isLive(attempt)) this.#truth.settled(attempt);
  }

  #created(attempt: Attempt): void {
    const owner = ownerOf(attempt);
    const made = (this.#everMade.get(owner) ?? 0) + 1;
    this.#everMade.set(owner, made);
    if (made !== attempt.spec.number)
      throw new Violation(
        "T7",
        `attempt ${attempt.metadata.name} is number ${attempt.spec.number}, ${made} were made`,
      );
    const task = this.tasks.get(owner);
    if (task === undefined) return;
    this.#residency(attempt, task);
    if (task.spec.gang !== undefined) this.#gang(ownerOf(task));
  }

  /** T4: once one member of a gang has been given its places all have that are not over. */
  #gang(array: string): void {
    const count = this.tasks.get(array)?.spec.array?.count;
    const members = [...this.tasks.values()].filter((task) => ownerOf(task) === array);
    const idle = members.filter(
      (member) => !isOver(member.status?.phase) && !this.attemptsOf(member.metadata.uid).some(isLive),
    );
    if (idle.length === 0 && (count === undefined || count === members.length)) return;
    const names = idle.map(({ metadata }) => metadata.name).join(", ");
    throw new Violation("T4", `a gang of ${count} with ${members.length} members started without ${names}`);
  }

  /** S1 as far as placement goes. */
  #residency(attempt: Attempt, task: Task): void {
    const allowed = task.spec.placement.jurisdictions;
    const where = this.#pools.get(attempt.spec.pool)?.spec.jurisdiction ?? "";
    if (allowed.length > 0 && !allowed.includes(where))
      throw new Violation(
        "S1",
        `${attempt.metadata.name}, bound to ${allowed.join()}, was placed in ${where}`,
      );
  }

  #auditTask(uid: string): void {
    const task = this.tasks.get(uid);
    const attempts = this.attemptsOf(uid);
    if (task !== undefined) raise(auditTask(task, attempts));
    for (const attempt of attempts) {
      raise(auditAttempt(attempt, task));
      raise(auditChain(attempt, this.records(attempt.metadata.uid)));
      this.#truth.charged(attempt, this.records(attempt.metadata.uid));
    }
  }

  #auditNode(name: string): void {
    const node = this.nodes.get(name);
    if (node === undefined) return;
    raise(
      auditNode(
        node,
        [...this.attempts.values()].filter((each) => isLive(each) && each.spec.node === name),
      ),
    );
  }
}

function raise(findings: readonly Finding[]): void {
  const first = findings[0];
  if (first !== undefined) throw new Violation(first.invariant, `${first.object}: ${first.words.en}`);
}
