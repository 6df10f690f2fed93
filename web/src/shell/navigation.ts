import type { IconName } from "../ui/Icon.tsx";
import { evaluationWords } from "../words/evaluation.ts";
import { shellWords } from "../words/shell.ts";
import { whatIfWords } from "../words/what-if.ts";
import type { Words } from "../words/words.ts";

export interface NavigationEntry {
  readonly words: Words;
  readonly icon: IconName;
  readonly to: string;
  /** Lit only on this very address, not on those below it. */
  readonly exact?: boolean;
}

export interface NavigationGroup {
  readonly words: Words | undefined;
  readonly entries: readonly NavigationEntry[];
}

/** The menu at the side, and what the search finds. */
export const navigation: readonly NavigationGroup[] = [
  {
    words: undefined,
    entries: [
      { words: shellWords.fleet, icon: "fleet", to: "/", exact: true },
      { words: shellWords.tasks, icon: "tasks", to: "/tasks" },
      { words: shellWords.submit, icon: "plus", to: "/submit" },
      { words: whatIfWords.title, icon: "spark", to: "/what-if" },
    ],
  },
  {
    words: shellWords.groupResources,
    entries: [
      { words: shellWords.queues, icon: "queue", to: "/kinds/queues.compute.yunhe.dev" },
      { words: shellWords.volumes, icon: "volume", to: "/kinds/volumes.compute.yunhe.dev" },
      { words: shellWords.pools, icon: "pool", to: "/kinds/pools.compute.yunhe.dev" },
      { words: shellWords.nodes, icon: "node", to: "/kinds/nodes.compute.yunhe.dev" },
      { words: shellWords.allKinds, icon: "kinds", to: "/kinds", exact: true },
    ],
  },
  {
    words: evaluationWords.group,
    entries: [
      { words: evaluationWords.evaluations, icon: "table", to: "/evaluation" },
      { words: evaluationWords.observatory, icon: "search", to: "/observatory" },
    ],
  },
  {
    words: shellWords.groupAccess,
    entries: [
      { words: shellWords.projects, icon: "projects", to: "/kinds/projects.identity.yunhe.dev" },
      { words: shellWords.members, icon: "members", to: "/members" },
      { words: shellWords.tokens, icon: "token", to: "/tokens" },
      { words: shellWords.audit, icon: "audit", to: "/audit" },
    ],
  },
];
