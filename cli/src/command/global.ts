import { words } from "@yunhe/client";
import type { OptionDefinitions } from "./define.ts";

/** Options that every command takes. */
export const globalOptions = {
  help: { type: "flag", short: "h", words: words("Show help.", "显示帮助。") },
  lang: {
    type: "value",
    placeholder: "en|zh",
    choices: ["en", "zh"],
    words: words("Language of the answer.", "回答所用的语言。"),
  },
  format: {
    type: "value",
    short: "o",
    placeholder: "FORMAT",
    choices: ["json", "yaml", "wide", "name"],
    words: words("json, yaml, wide or name instead of a table.", "以 json、yaml、wide 或 name 代替表格。"),
  },
  project: {
    type: "value",
    short: "n",
    placeholder: "PROJECT",
    words: words("The project that is meant.", "所指的项目。"),
  },
  "all-projects": { type: "flag", short: "A", words: words("All projects.", "所有项目。") },
  server: {
    type: "value",
    placeholder: "URL",
    words: words("Server; else YUNHE_SERVER.", "服务器；否则取 YUNHE_SERVER。"),
  },
} as const satisfies OptionDefinitions;
