import { Modal, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useId, useMemo, useState } from "react";
import { kindKey, kinds, yunhe } from "../api/client.ts";
import { useKinds } from "../api/kinds.ts";
import { arrayLabel, type Task } from "../api/task.ts";
import { Icon, type IconName } from "../ui/Icon.tsx";
import { commonWords } from "../words/common.ts";
import { shellWords } from "../words/shell.ts";
import { useLanguage, useSay } from "../words/language.tsx";
import { navigation } from "./navigation.ts";
import styles from "./Palette.module.css";
import { useNamespace } from "./project.ts";

interface Goal {
  readonly key: string;
  readonly name: string;
  readonly about: string;
  readonly icon: IconName;
  readonly to: string;
}

const most = 12;

/** Goes anywhere by name: pages, kinds, tasks of the project. */
export default function Palette({ onClose }: { readonly onClose: () => void }) {
  const say = useSay();
  const navigate = useNavigate();
  const id = useId();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const goals = useGoals();
  const wanted = text.trim().toLowerCase();
  const found = useMemo(
    () =>
      goals
        .filter(({ name, key }) => name.toLowerCase().includes(wanted) || key.includes(wanted))
        .slice(0, most),
    [goals, wanted],
  );
  const go = (goal: Goal | undefined): void => {
    if (!goal) return;
    onClose();
    void navigate({ to: goal.to });
  };
  const onKey = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter") go(found[at]);
    if (step === undefined || found.length === 0) return;
    event.preventDefault();
    setAt((at + step + found.length) % found.length);
  };
  return (
    <Modal
      opened
      onClose={onClose}
      withCloseButton={false}
      centered={false}
      yOffset="12vh"
      padding={0}
      aria-label={say(shellWords.goTo)}
    >
      <TextInput
        size="md"
        aria-label={say(shellWords.goTo)}
        placeholder={say(shellWords.goToHint)}
        leftSection={<Icon name="search" />}
        value={text}
        data-autofocus
        role="combobox"
        aria-expanded
        aria-controls={id}
        aria-activedescendant={found[at] ? `${id}-${at}` : undefined}
        onKeyDown={onKey}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
      />
      <ul id={id} className={styles["goals"]} role="listbox" aria-label={say(commonWords.search)}>
        {found.map((goal, index) => (
          <li
            key={goal.key}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === at}
            onMouseMove={() => setAt(index)}
            onClick={() => go(goal)}
          >
            <Icon name={goal.icon} />
            <span>{goal.name}</span>
            <small>{goal.about}</small>
          </li>
        ))}
        {found.length === 0 && <li className="soft">{say(shellWords.nothingFound)}</li>}
      </ul>
    </Modal>
  );
}

function useGoals(): readonly Goal[] {
  const say = useSay();
  const { language } = useLanguage();
  const namespace = useNamespace();
  const known = useKinds();
  const { data } = useQuery({
    queryKey: ["palette", namespace],
    queryFn: () =>
      yunhe.resources<Task>(kinds.tasks).list({ namespace, labelSelector: `!${arrayLabel}`, limit: 500 }),
    staleTime: 10_000,
  });
  return useMemo(() => {
    const pages = navigation.flatMap(({ entries }) => entries);
    return [
      ...pages.map(({ words, icon, to }) => ({
        key: to,
        name: say(words),
        about: say(shellWords.page),
        icon,
        to,
      })),
      ...known.map((kind) => ({
        key: kindKey(kind),
        name: kind.words[language],
        about: say(shellWords.kindOf),
        icon: "kinds" as const,
        to: `/kinds/${kindKey(kind)}`,
      })),
      ...(data?.items ?? []).map(({ metadata }) => {
        const to = `/tasks/${metadata.namespace}/${metadata.name}`;
        return { key: to, name: metadata.name, about: say(shellWords.task), icon: "tasks" as const, to };
      }),
    ];
  }, [say, language, known, data]);
}
