export type { AccessTarget } from "./access.ts";
export type { ApplyOptions } from "./apply.ts";
export { type DeleteOptions, type DeleteResult, readDeleteOptions } from "./delete.ts";
export { type KindIndex, verbsOf } from "./kind-index.ts";
export { type Api, openApi } from "./open.ts";
export type { PatchType } from "./patch.ts";
export { type ListQuery, type ListResult, parseRevision } from "./read.ts";
export { everything, matches, parseSelection, type Selection } from "./selectors.ts";
export type * from "./types.ts";
export type { WatchEncoder, WatchEvent } from "./watch/event.ts";
export type { WatchLimits } from "./watch/hub.ts";
export type { WatchRequest, WatchSink } from "./watch/watcher.ts";
export { indexKinds } from "./kind-index.ts";
export {
  aggregatedDiscovery,
  apiGroup,
  apiGroupList,
  apiResourceList,
  apiVersions,
  hasStatus,
} from "./schema/discovery.ts";
export { humanBytes, humanDuration } from "./schema/human.ts";
export { openApiDocument, rootOf } from "./schema/open-api.ts";
export {
  partialMetadata,
  tableColumns,
  type TableColumn,
  type TableOptions,
  tableRow,
} from "./schema/table.ts";
