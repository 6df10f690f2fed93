import { ActionIcon, Menu } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type Role, signOut, useSession } from "../api/session.ts";
import { Icon } from "../ui/Icon.tsx";
import { shellWords } from "../words/shell.ts";
import { useSay } from "../words/language.tsx";
import type { Words } from "../words/words.ts";
import { useProject } from "./project.ts";

export const roleWords: Readonly<Record<Role, Words>> = {
  viewer: shellWords.roleViewer,
  member: shellWords.roleMember,
  operator: shellWords.roleOperator,
  admin: shellWords.roleAdmin,
};

export function AccountMenu() {
  const say = useSay();
  const session = useSession();
  const project = useProject();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const leave = async (): Promise<void> => {
    await signOut(queryClient);
    await navigate({ to: "/signin", search: {} });
  };
  const name = session?.principal.displayName ?? session?.principal.id ?? "";
  const role = session?.roles.projects[project] ?? session?.roles.cluster;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon size="lg" aria-label={say(shellWords.account)}>
          <Icon name="account" size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{say(shellWords.signedInAs, { name })}</Menu.Label>
        <Menu.Label>
          {say(shellWords.role, { role: say(role ? roleWords[role] : shellWords.noRole) })}
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item leftSection={<Icon name="right" />} onClick={() => void leave()}>
          {say(shellWords.signOut)}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
