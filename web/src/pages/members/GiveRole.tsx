import { Button, Modal } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { kinds, yunhe } from "../../api/client.ts";
import { hasRole, type Role, useSession } from "../../api/session.ts";
import { roleWords } from "../../shell/AccountMenu.tsx";
import { Choice } from "../../ui/Choice.tsx";
import { TextField } from "../../ui/form/Field.tsx";
import styles from "../../ui/form/form.module.css";
import { useNames } from "../../ui/form/RefField.tsx";
import { Problem } from "../../ui/Problem.tsx";
import { Select } from "../../ui/Select.tsx";
import { toast } from "../../ui/toast.tsx";
import { accessWords } from "../../words/access.ts";
import { commonWords } from "../../words/common.ts";
import { useSay } from "../../words/language.tsx";

const roles: readonly Role[] = ["viewer", "member", "operator", "admin"];

interface GiveRoleProps {
  readonly project: string;
  readonly onClose: () => void;
}

/** Gives somebody a role in the project, or over the cluster. */
export function GiveRole({ project, onClose }: GiveRoleProps) {
  const say = useSay();
  const session = useSession();
  const [kind, setKind] = useState("User");
  const [name, setName] = useState("");
  const [role, setRole] = useState<string>("member");
  const [scope, setScope] = useState("project");
  const isUser = kind === "User";
  const names = useNames(
    isUser ? "users.identity.yunhe.dev" : "serviceaccounts.identity.yunhe.dev",
    isUser ? undefined : project,
  );
  const giving = useMutation({
    mutationFn: () => {
      const subject = { kind, name: name.trim(), ...(isUser ? {} : { project }) };
      const inProject = scope === "project";
      const bound = `${subject.name}-${isUser ? "" : "sa-"}${role}`
        .toLowerCase()
        .replaceAll(/[^a-z0-9-]+/g, "-");
      return yunhe
        .resources(inProject ? kinds.roleBindings : kinds.clusterRoleBindings)
        .create(inProject ? project : undefined, {
          apiVersion: "identity.yunhe.dev/v1",
          kind: inProject ? "RoleBinding" : "ClusterRoleBinding",
          metadata: { name: bound },
          spec: { subject, role },
        });
    },
    onSuccess: () => {
      toast(say(accessWords.gave, { name, role: say(roleWords[role as Role]) }));
      onClose();
    },
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={say(accessWords.addMember)}
      closeButtonProps={{ "aria-label": say(commonWords.close) }}
    >
      <form
        className={styles["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          giving.mutate();
        }}
      >
        <Choice
          label={say(accessWords.type)}
          value={kind}
          onChange={setKind}
          options={[
            { value: "User", label: say(accessWords.person) },
            { value: "ServiceAccount", label: say(accessWords.program) },
          ]}
        />
        <TextField
          label={say(accessWords.who)}
          description={say(isUser ? accessWords.whoHint : accessWords.whoHintProgram)}
          required
          autoFocus
          value={name}
          suggestions={names}
          onChange={setName}
        />
        <div className={styles["row"]}>
          <Select
            label={say(accessWords.roleName)}
            value={role}
            options={roles.map((each) => ({ value: each, label: say(roleWords[each]) }))}
            onChange={setRole}
          />
          <Select
            label={say(accessWords.scope)}
            value={scope}
            onChange={setScope}
            options={[
              { value: "project", label: say(accessWords.inProject, { project }) },
              ...(hasRole(session, "admin") ? [{ value: "cluster", label: say(accessWords.inCluster) }] : []),
            ]}
          />
        </div>
        <Problem error={giving.error} />
        <div style={{ display: "flex", justifyContent: "flex-end", gap: 8 }}>
          <Button variant="default" onClick={onClose}>
            {say(commonWords.cancel)}
          </Button>
          <Button type="submit" loading={giving.isPending} disabled={name.trim() === ""}>
            {say(accessWords.addMember)}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
