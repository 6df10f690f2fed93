import { ApiError, words } from "@yunhe/kernel";
import { representationOf } from "./accept.ts";
import type { ApiRequest } from "./context.ts";
import { choiceParameter } from "./query.ts";
import { type Form, tableOptions } from "./represent.ts";
import type { ServedKind } from "./view.ts";

/** The form in which a request wants objects; throws NotAcceptable. */
export function formOf(request: ApiRequest, served: ServedKind): Form {
  const representation = representationOf(request.incoming);
  if (representation === undefined) {
    throw new ApiError(
      "NotAcceptable",
      words(
        "only application/json (also as=Table) is served: check Accept",
        "只提供 application/json（含 as=Table）：请检查 Accept",
      ),
    );
  }
  const include = choiceParameter(request.url, "includeObject", ["None", "Metadata", "Object"]);
  const nowMs = request.api.context.environment.clock.nowMs();
  return { served, representation, table: tableOptions(request.language, include, nowMs) };
}
