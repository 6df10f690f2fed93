import { type AuditEntry, auditPage, type AuditVerdict, verifyAudit } from "@yunhe/client";
import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { yunhe } from "../../api/client.ts";
import { Icon } from "../../ui/Icon.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { Problem } from "../../ui/Problem.tsx";
import { auditWords } from "../../words/access.ts";
import { useFormats, useSay } from "../../words/language.tsx";
import styles from "./audit.module.css";

const pageEntries = 500;

/** Recomputes every hash of the log here, from what the public API gives: the server is not taken at its word. */
export function VerifyChain() {
  const say = useSay();
  const { number } = useFormats();
  const [count, setCount] = useState(0);
  const verifying = useMutation({ mutationFn: () => verifyAll(setCount) });
  const verdict = verifying.data;
  return (
    <div className={styles["verify"]}>
      <Button
        variant="default"
        leftSection={<Icon name="shield" />}
        loading={verifying.isPending}
        onClick={() => verifying.mutate()}
      >
        {say(auditWords.verify)}
      </Button>
      {verifying.isPending && (
        <span role="status">{say(auditWords.verifying, { count: number(count) })}</span>
      )}
      <Problem error={verifying.error} />
      {verdict?.ok === true && (
        <Notice tone="info">{say(auditWords.whole, { count: number(verdict.entries) })}</Notice>
      )}
      {verdict?.ok === false && (
        <Notice>{say(auditWords.broken, { sequence: verdict.firstBroken ?? 0 })}</Notice>
      )}
    </div>
  );
}

/** From the newest entry to the first, a page at a time; each page is checked with the last entry of the one before. */
async function verifyAll(tell: (count: number) => void): Promise<AuditVerdict> {
  let entries = 0;
  let last: AuditEntry | undefined;
  for (;;) {
    const page = await auditPage(yunhe.transport, { before: last?.sequence, limit: pageEntries });
    const verdict = verifyAudit(last === undefined ? page : [last, ...page]);
    entries += verdict.entries;
    tell(entries);
    if (!verdict.ok || page.length === 0) return { ...verdict, entries };
    last = page.at(-1);
    if (last?.sequence === 1) return { ok: true, entries };
  }
}
