import {
  type ActionContext,
  type ActionHandlers,
  type AnyResource,
  type AnyStored,
  keyOfKind,
  openObjects,
} from "@yunhe/kernel";
import type { Contents } from "./contents/port.ts";
import { editDataSet } from "./data-sets/edit.ts";
import { dataSetKind, evaluationKind, type EvaluationResource } from "./kinds/index.ts";

/** What the custom actions of this domain do. */
export const evaluationActions = (contents: Contents): ActionHandlers => ({
  [keyOfKind(evaluationKind)]: { cancel },
  [keyOfKind(dataSetKind)]: {
    edit: (context, object, input) => editDataSet(contents, context, object, input),
  },
});

/** Final once it is acknowledged; an evaluation that is over stays what it is. */
async function cancel(context: ActionContext, object: AnyResource): Promise<unknown> {
  const evaluation = object as unknown as EvaluationResource;
  const phase = evaluation.status?.phase;
  if (evaluation.spec.cancelled || phase === "Succeeded" || phase === "Failed") return evaluation;
  const next = { ...evaluation, spec: { ...evaluation.spec, cancelled: true } } as AnyStored;
  const [stored] = await openObjects(context.store, [evaluationKind], context.environment).commit(
    [{ type: "update", kind: evaluationKind, object: next }],
    { actor: context.principal.id, verb: "cancel", guard: context.guard },
  );
  return stored;
}
