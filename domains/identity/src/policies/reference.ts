import type { Language, Verb } from "@yunhe/kernel";
import { type Role, roles, roleWords } from "../roles.ts";
import { type Class, classes, classWords } from "./classes.ts";
import { type Permission, permissions, prohibitions } from "./table.ts";

/** The role table as Markdown, for the documentation: rows are classes of kinds, columns are roles. */
export function roleTable(language: Language): string {
  const head = ["", ...roles.map((role) => roleWords[role][language]), selfWords[language]];
  const rows = classes.map((of) => [
    classWords[of][language],
    ...roles.map((role, index) => cell(of, role, roles[index - 1], language)),
    listOf(
      permissions.filter(({ classes: among, to }) => among.includes(of) && to.type === "self"),
      language,
    ),
  ]);
  const lines = [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  const never = Object.values(prohibitions).map(({ what }) => `- ${what[language]}`);
  return [...lines, "", neverWords[language], "", ...never].join("\n");
}

const selfWords = { en: "one's own", zh: "本人" };
const neverWords = { en: "Never, whatever the role:", zh: "无论何种角色均不允许：" };
const commas = { en: ", ", zh: "、" };
const clusterWords = { en: " (cluster-wide)", zh: "（集群范围）" };

/** What a role adds to the one before it. */
function cell(of: Class, role: Role, before: Role | undefined, language: Language): string {
  const added = permissions.filter(
    ({ classes: among, to }) => among.includes(of) && to.type === "role" && to.role === role,
  );
  const text = listOf(added, language);
  if (text !== "") return before === undefined ? text : `+ ${text}`;
  return before === undefined ? "–" : "";
}

const listOf = (list: readonly Permission[], language: Language): string =>
  list
    .map(
      ({ verbs, actions, to }) =>
        verbsText(verbs, actions, language) +
        (to.type === "role" && to.held === "cluster" ? clusterWords[language] : ""),
    )
    .join(commas[language]);

const verbGroups: readonly {
  readonly verbs: readonly Verb[];
  readonly words: Readonly<Record<Language, string>>;
}[] = [
  { verbs: ["get", "list", "watch"], words: { en: "read", zh: "查看" } },
  { verbs: ["create", "update", "patch"], words: { en: "write", zh: "写入" } },
  { verbs: ["delete", "deletecollection"], words: { en: "delete", zh: "删除" } },
];

/** `read, write, delete, actions`: groups of verbs where all of a group are there, single ones else. */
function verbsText(
  verbs: readonly Verb[],
  actions: readonly string[] | undefined,
  language: Language,
): string {
  const whole = verbGroups.filter((group) => group.verbs.every((verb) => verbs.includes(verb)));
  const grouped = whole.flatMap((group) => group.verbs);
  const act = actions === undefined ? { en: "actions", zh: "操作" }[language] : actions.join(", ");
  return [
    ...whole.map(({ words }) => words[language]),
    ...verbs.filter((verb) => verb !== "act" && !grouped.includes(verb)),
    ...(verbs.includes("act") ? [act] : []),
  ].join(commas[language]);
}
