import { RequestFailed } from "@yunhe/client";
import { Button, Modal } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { kinds, yunhe } from "../../api/client.ts";
import { useSession } from "../../api/session.ts";
import { TextField } from "../../ui/form/Field.tsx";
import styles from "../../ui/form/form.module.css";
import { useNames } from "../../ui/form/RefField.tsx";
import { Problem, tell } from "../../ui/Problem.tsx";
import { Secret } from "../../ui/Secret.tsx";
import { Select } from "../../ui/Select.tsx";
import { useProjects } from "../../shell/project.ts";
import { roleWords } from "../../shell/AccountMenu.tsx";
import { accessWords } from "../../words/access.ts";
import { commonWords } from "../../words/common.ts";
import { useLanguage, useSay } from "../../words/language.tsx";

const daySeconds = 86_400;
const roles = ["viewer", "member", "operator", "admin"] as const;

/** Makes a token and shows its secret, once. */
export function IssueToken({ onClose }: { readonly onClose: () => void }) {
  const say = useSay();
  const issuing = useIssue();
  return (
    <Modal
      opened
      onClose={onClose}
      title={say(accessWords.issue)}
      size="lg"
      closeButtonProps={{ "aria-label": say(commonWords.close) }}
    >
      {issuing.data ? (
        <div className={styles["form"]}>
          <Secret label={say(accessWords.issued)} text={issuing.data.token} />
          <span className="small">{say(accessWords.usage)}</span>
          <pre
            style={{ margin: 0, whiteSpace: "pre-wrap" }}
          >{`export YUNHE_SERVER=${location.origin}\nexport YUNHE_TOKEN=…`}</pre>
          <div style={{ textAlign: "end" }}>
            <Button onClick={onClose}>{say(commonWords.close)}</Button>
          </div>
        </div>
      ) : (
        <IssueForm issuing={issuing} onClose={onClose} />
      )}
    </Modal>
  );
}

interface Wish {
  readonly user: string;
  readonly description: string;
  readonly days: string;
  readonly role: string;
  readonly projects: string;
}

const useIssue = () =>
  useMutation({
    mutationFn: ({ user, description, days, role, projects }: Wish) => {
      const only = projects.split(/[,\s]+/).filter((each) => each !== "");
      const scopes = { ...(role === "" ? {} : { role }), ...(only.length === 0 ? {} : { projects: only }) };
      const input = {
        ...(description === "" ? {} : { description }),
        ttlSeconds: Math.round(Number(days) * daySeconds),
        ...(Object.keys(scopes).length === 0 ? {} : { scopes }),
      };
      return yunhe
        .resources(kinds.users)
        .act<{ readonly token: string }>(undefined, user, "issue-token", input);
    },
  });

function IssueForm({
  issuing,
  onClose,
}: {
  readonly issuing: ReturnType<typeof useIssue>;
  readonly onClose: () => void;
}) {
  const say = useSay();
  const { language } = useLanguage();
  const me = useSession()?.principal.id.replace(/^user:/, "") ?? "";
  const others = useNames("users.identity.yunhe.dev", undefined).filter((name) => name !== me);
  const projects = useProjects();
  const [wish, setWish] = useState<Wish>({ user: me, description: "", days: "90", role: "", projects: "" });
  const set = (change: Partial<Wish>): void => setWish({ ...wish, ...change });
  const errorAt = (field: string): string | undefined =>
    issuing.error instanceof RequestFailed
      ? tell(issuing.error, language).where.find((each) => each.field.startsWith(field))?.message
      : undefined;
  return (
    <form
      className={styles["form"]}
      onSubmit={(event) => {
        event.preventDefault();
        issuing.mutate(wish);
      }}
    >
      <Select
        label={say(accessWords.issueFor)}
        value={wish.user}
        options={[
          { value: me, label: say(accessWords.issueMe, { name: me }) },
          ...others.map((name) => ({ value: name, label: name })),
        ]}
        onChange={(user) => set({ user })}
      />
      <TextField
        label={say(accessWords.purpose)}
        description={say(accessWords.purposeHint)}
        value={wish.description}
        error={errorAt("description")}
        autoFocus
        onChange={(description) => set({ description })}
      />
      <div className={styles["row"]}>
        <TextField
          label={say(accessWords.days)}
          type="number"
          value={wish.days}
          error={errorAt("ttlSeconds")}
          onChange={(days) => set({ days })}
        />
        <Select
          label={say(accessWords.role)}
          value={wish.role}
          options={[
            { value: "", label: say(accessWords.ownRole) },
            ...roles.map((role) => ({ value: role, label: say(roleWords[role]) })),
          ]}
          onChange={(role) => set({ role })}
        />
      </div>
      <TextField
        label={say(accessWords.projects)}
        description={say(accessWords.projectsHint)}
        value={wish.projects}
        suggestions={projects}
        error={errorAt("scopes.projects")}
        onChange={(next) => set({ projects: next })}
      />
      <Problem error={issuing.error} />
      <div style={{ display: "flex", justifyContent: "flex-end", gap: 8 }}>
        <Button variant="default" onClick={onClose}>
          {say(commonWords.cancel)}
        </Button>
        <Button type="submit" loading={issuing.isPending}>
          {say(accessWords.issue)}
        </Button>
      </div>
    </form>
  );
}
