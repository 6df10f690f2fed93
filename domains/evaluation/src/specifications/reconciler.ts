import type { AnyStored, Environment, Objects, Reconciler } from "@yunhe/kernel";
import { words } from "@yunhe/kernel";
import { type IndexSpecification, indexSpecificationKind } from "../kinds/index-specification.ts";
import { ready, statusFindings } from "../kinds/shared.ts";
import { library } from "../library.ts";

const actor = "system:reconciler/index-specification";

/** Says of every specification what is in it, and what still keeps it from being computed. */
export function specificationReconciler({
  objects,
  environment,
}: {
  readonly objects: Objects;
  readonly environment: Environment;
}): Reconciler {
  return {
    name: "index-specification",
    sources: [{ kind: indexSpecificationKind }],
    concurrency: 2,
    async reconcile(key, context) {
      const found = await objects.get(indexSpecificationKind, key.namespace, key.name);
      if (!found || found.metadata.deletionTimestamp !== undefined) return;
      const status = statusOf(found, new Date(environment.clock.nowMs()).toISOString());
      const object = { ...found, status } as AnyStored;
      await objects.commit(
        [{ type: "update", kind: indexSpecificationKind, subresource: "status", object }],
        {
          actor,
          fence: context.fence,
        },
      );
    },
  };
}

function statusOf(found: IndexSpecification, now: string): IndexSpecification["status"] {
  const specification = library().readSpecification(found.spec.definition);
  const findings = library().checkSpecification(specification);
  const errors = findings.filter(({ level }) => level === "error").length;
  const before = found.status?.conditions;
  return {
    title: specification.title,
    version: specification.version,
    kinds: specification.kinds.map(({ id }) => id),
    indicators: specification.indicators.length,
    indices: specification.indices.length,
    computable: errors === 0,
    findings: statusFindings(findings),
    conditions:
      errors === 0
        ? ready(before, "True", "Computable", words("It can be computed.", "可以计算。"), now)
        : ready(
            before,
            "False",
            "Incomplete",
            words(
              `${errors} things are missing or wrong; see the findings.`,
              `有 ${errors} 处缺失或错误；见 findings。`,
            ),
            now,
          ),
  };
}
