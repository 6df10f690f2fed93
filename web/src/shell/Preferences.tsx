import { ActionIcon, type MantineColorScheme, Menu, useMantineColorScheme } from "@mantine/core";
import type { IconName } from "../ui/Icon.tsx";
import { Icon } from "../ui/Icon.tsx";
import { Select } from "../ui/Select.tsx";
import { shellWords } from "../words/shell.ts";
import { useLanguage, useSay } from "../words/language.tsx";
import type { Words } from "../words/words.ts";
import styles from "./Preferences.module.css";
import { allProjects, useChooseProject, useProject, useProjects } from "./project.ts";

/** Names the other language in that language: who cannot read this page finds it. */
export function LanguageButton() {
  const { language, choose } = useLanguage();
  const other = language === "en" ? "zh" : "en";
  return (
    <button
      type="button"
      className={styles["language"]}
      lang={other === "zh" ? "zh-CN" : "en"}
      onClick={() => choose(other)}
    >
      <Icon name="language" size={17} />
      {other === "zh" ? "中文" : "EN"}
    </button>
  );
}

const schemes: readonly {
  readonly value: MantineColorScheme;
  readonly words: Words;
  readonly icon: IconName;
}[] = [
  { value: "light", words: shellWords.light, icon: "sun" },
  { value: "dark", words: shellWords.dark, icon: "moon" },
  { value: "auto", words: shellWords.system, icon: "screen" },
];

export function ColourMenu() {
  const say = useSay();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const current = schemes.find(({ value }) => value === colorScheme) ?? schemes[2]!;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon size="lg" aria-label={say(shellWords.colours)}>
          <Icon name={current.icon} size={17} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {schemes.map(({ value, words, icon }) => (
          <Menu.Item
            key={value}
            leftSection={<Icon name={icon} />}
            rightSection={value === colorScheme ? <Icon name="check" size={14} /> : undefined}
            onClick={() => setColorScheme(value)}
          >
            {say(words)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

export function ProjectChoice() {
  const say = useSay();
  const project = useProject();
  const projects = useProjects();
  const choose = useChooseProject();
  const names = projects.includes(project) || project === allProjects ? projects : [project, ...projects];
  const options = [
    { value: allProjects, label: say(shellWords.allProjects) },
    ...names.map((name) => ({ value: name, label: name })),
  ];
  return (
    <div className={styles["project"]}>
      <Select label={say(shellWords.project)} quiet value={project} options={options} onChange={choose} />
    </div>
  );
}
