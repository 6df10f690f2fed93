import type { AnyResource } from "@yunhe/kernel";
import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { kinds, yunhe } from "../../api/client.ts";
import { useLive } from "../../api/live.ts";
import { hasRole, type Role, useSession } from "../../api/session.ts";
import { roleWords } from "../../shell/AccountMenu.tsx";
import { useWritableProject } from "../../shell/project.ts";
import { Confirm } from "../../ui/Confirm.tsx";
import { DataTable, type TableColumn } from "../../ui/DataTable.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { LiveMark } from "../../ui/LiveMark.tsx";
import { Empty } from "../../ui/Notice.tsx";
import { Page, Panel } from "../../ui/Page.tsx";
import { Ago } from "../../ui/Time.tsx";
import { toast } from "../../ui/toast.tsx";
import { accessWords } from "../../words/access.ts";
import { useSay } from "../../words/language.tsx";
import { GiveRole } from "./GiveRole.tsx";

export interface Binding extends AnyResource {
  readonly spec: {
    readonly role: Role;
    readonly subject: {
      readonly kind: "User" | "ServiceAccount";
      readonly name: string;
      readonly project?: string;
    };
  };
}

export default function MembersPage() {
  const say = useSay();
  const session = useSession();
  const project = useWritableProject();
  const [gives, setGives] = useState(false);
  const [taken, setTaken] = useState<Binding>();
  const inProject = useLive<Binding>(kinds.roleBindings, { namespace: project });
  const inCluster = useLive<Binding>(hasRole(session, "viewer") ? kinds.clusterRoleBindings : undefined);
  const isAdmin = hasRole(session, "admin", project);
  const mineToTake = useBindingColumns(isAdmin ? setTaken : undefined);
  const clusterColumns = useBindingColumns(hasRole(session, "admin") ? setTaken : undefined);
  return (
    <Page
      title={say(accessWords.members)}
      lead={say(accessWords.membersLead)}
      actions={
        isAdmin && (
          <>
            <Button
              variant="default"
              component={Link}
              to="/kinds/$kind/new"
              params={{ kind: "users.identity.yunhe.dev" } as never}
            >
              {say(accessWords.newUser)}
            </Button>
            <Button
              variant="default"
              component={Link}
              to="/kinds/$kind/new"
              params={{ kind: "serviceaccounts.identity.yunhe.dev" } as never}
            >
              {say(accessWords.newServiceAccount)}
            </Button>
            <Button leftSection={<Icon name="plus" />} onClick={() => setGives(true)}>
              {say(accessWords.addMember)}
            </Button>
          </>
        )
      }
    >
      <p className="soft small">{say(accessWords.rolesAbout)}</p>
      <Panel title={say(accessWords.inProject, { project })} actions={<LiveMark live={inProject} />} flush>
        <DataTable
          label={say(accessWords.inProject, { project })}
          columns={mineToTake}
          rows={inProject.items}
          loading={inProject.state === "loading"}
          rowKey={({ metadata }) => metadata.uid}
          empty={
            <Empty icon="members" title={say(accessWords.noMembers)}>
              {say(accessWords.noMembersBody)}
            </Empty>
          }
        />
      </Panel>
      {hasRole(session, "viewer") && (
        <Panel title={say(accessWords.inCluster)} actions={<LiveMark live={inCluster} />} flush>
          <DataTable
            label={say(accessWords.inCluster)}
            columns={clusterColumns}
            rows={inCluster.items}
            loading={inCluster.state === "loading"}
            rowKey={({ metadata }) => metadata.uid}
            empty={<Empty icon="members" title={say(accessWords.noCluster)} />}
          />
        </Panel>
      )}
      {gives && <GiveRole project={project} onClose={() => setGives(false)} />}
      {taken && <TakeAway binding={taken} onClose={() => setTaken(undefined)} />}
    </Page>
  );
}

function useBindingColumns(take: ((binding: Binding) => void) | undefined): readonly TableColumn<Binding>[] {
  const say = useSay();
  return useMemo(
    () => [
      {
        id: "who",
        label: say(accessWords.subject),
        main: true,
        order: ({ spec }) => spec.subject.name,
        cell: ({ spec }) => spec.subject.name,
      },
      {
        id: "type",
        label: say(accessWords.type),
        cell: ({ spec }) => say(spec.subject.kind === "User" ? accessWords.person : accessWords.program),
      },
      {
        id: "role",
        label: say(accessWords.roleName),
        order: ({ spec }) => spec.role,
        cell: ({ spec }) => say(roleWords[spec.role]),
      },
      {
        id: "since",
        label: say(accessWords.since),
        order: ({ metadata }) => Date.parse(metadata.creationTimestamp),
        cell: ({ metadata }) => <Ago time={metadata.creationTimestamp} />,
      },
      {
        id: "take",
        label: "",
        align: "end",
        cell: (binding) =>
          take && (
            <Button
              size="compact-sm"
              variant="default"
              aria-label={`${say(accessWords.takeAway)} ${binding.spec.subject.name} ${binding.spec.role}`}
              onClick={() => take(binding)}
            >
              {say(accessWords.takeAway)}
            </Button>
          ),
      },
    ],
    [say, take],
  );
}

function TakeAway({ binding, onClose }: { readonly binding: Binding; readonly onClose: () => void }) {
  const say = useSay();
  const { namespace, name } = binding.metadata;
  const kind = namespace === undefined ? kinds.clusterRoleBindings : kinds.roleBindings;
  const who = binding.spec.subject.name;
  return (
    <Confirm
      title={`${say(accessWords.takeAway)}: ${who}`}
      action={say(accessWords.takeAway)}
      act={() => yunhe.resources<Binding>(kind).delete(namespace, name)}
      onClose={onClose}
      onDone={() => toast(say(accessWords.tookAway))}
    >
      {say(accessWords.takeAwayAsk, { name: who, role: say(roleWords[binding.spec.role]) })}
    </Confirm>
  );
}
