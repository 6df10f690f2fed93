import { readVerification, type Verification, verifyStore } from "@yunhe/client";
import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { yunhe } from "../../api/client.ts";
import { Icon } from "../../ui/Icon.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { Panel } from "../../ui/Page.tsx";
import { Problem } from "../../ui/Problem.tsx";
import { State } from "../../ui/State.tsx";
import { verificationWords } from "../../words/verification.ts";
import { useFormats, useLanguage, useSay } from "../../words/language.tsx";
import styles from "./audit.module.css";

const queryKey = ["verification"];

/** The last result of verifying the store, promise by promise, and a button that does it now. For cluster operators. */
export function StoreChecks() {
  const say = useSay();
  const queries = useQueryClient();
  const state = useQuery({ queryKey, queryFn: ({ signal }) => readVerification(yunhe.transport, signal) });
  const verifying = useMutation({
    mutationFn: () => verifyStore(yunhe.transport),
    onSuccess: (last) => queries.setQueryData(queryKey, { running: false, last }),
  });
  const last = state.data?.last;
  return (
    <Panel
      title={say(verificationWords.title)}
      actions={
        <Button
          variant="default"
          leftSection={<Icon name="shield" />}
          loading={verifying.isPending}
          onClick={() => verifying.mutate()}
        >
          {say(verificationWords.run)}
        </Button>
      }
    >
      <div className={styles["checks"]}>
        {verifying.isPending && <span role="status">{say(verificationWords.running)}</span>}
        <Problem error={verifying.error ?? state.error} />
        {last === null && !verifying.isPending && <p>{say(verificationWords.never)}</p>}
        {last && <Result last={last} />}
      </div>
    </Panel>
  );
}

function Result({ last }: { readonly last: Verification }) {
  const say = useSay();
  const { language } = useLanguage();
  const { number, dateTime, duration } = useFormats();
  const brokenPromises = last.promises.filter(({ broken }) => broken > 0).length;
  const revision = number(last.revision);
  return (
    <>
      {brokenPromises === 0 ? (
        <Notice tone="info">
          {say(verificationWords.holds, {
            objects: number(last.objects),
            entries: number(last.auditEntries),
            revision,
          })}
        </Notice>
      ) : (
        <Notice>{say(verificationWords.broken, { count: number(brokenPromises), revision })}</Notice>
      )}
      <ul className={styles["promises"]}>
        {last.promises.map(({ invariant, words, broken, unseen }) => (
          <li key={invariant}>
            <code>{invariant}</code>
            <span>
              {words[language]}
              {unseen && <small> ({unseen[language]})</small>}
            </span>
            <State
              state={broken === 0 ? "True" : "False"}
              label={
                broken === 0
                  ? say(verificationWords.kept)
                  : say(verificationWords.places, { count: number(broken) })
              }
            />
          </li>
        ))}
      </ul>
      {last.findings.length > 0 && (
        <ul className={styles["findings"]}>
          {last.findings.map(({ invariant, object, words }) => (
            <li key={`${invariant} ${object} ${words.en}`}>
              <code>{invariant}</code> <strong>{object}</strong> {words[language]}
            </li>
          ))}
        </ul>
      )}
      <small className={styles["checkedAt"]}>
        {say(verificationWords.checked, {
          when: dateTime(last.startedAtMs),
          actor: last.actor,
          took: duration(last.tookMs),
        })}
      </small>
    </>
  );
}
