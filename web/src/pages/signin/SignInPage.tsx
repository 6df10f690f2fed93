import { Button, Loader, PasswordInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { yunhe } from "../../api/client.ts";
import { sessionQuery, signIn } from "../../api/session.ts";
import { ColourMenu, LanguageButton } from "../../shell/Preferences.tsx";
import { Crane } from "../../ui/Crane.tsx";
import { Problem } from "../../ui/Problem.tsx";
import { shellWords } from "../../words/shell.ts";
import { signInWords } from "../../words/signin.ts";
import { useSay } from "../../words/language.tsx";
import { signInRoute } from "./route.ts";
import styles from "./SignInPage.module.css";

export default function SignInPage() {
  const say = useSay();
  const { code } = signInRoute.useSearch();
  const enter = useEnter();
  const tried = useRef(false);
  const { mutate } = enter;
  useEffect(() => {
    document.title = say(signInWords.title);
  }, [say]);
  // A code is good once, and effects run twice while developing.
  useEffect(() => {
    if (code === undefined || tried.current) return;
    tried.current = true;
    mutate({ code });
  }, [code, mutate]);
  const { data: discovery } = useQuery({
    queryKey: ["discovery"],
    queryFn: () => yunhe.transport.json<{ version: string }>("/signin/discovery"),
    staleTime: Infinity,
  });
  return (
    <main className={styles["page"]}>
      <div className={styles["tools"]}>
        <LanguageButton />
        <ColourMenu />
      </div>
      <div className={styles["card"]}>
        <div className={styles["brand"]}>
          <Crane size={40} />
          <div>
            <h1>{say(signInWords.title)}</h1>
            <p className="soft">{say(signInWords.lead)}</p>
          </div>
        </div>
        {code !== undefined && !enter.isError ? (
          <p className={styles["wait"]} role="status">
            <Loader size="sm" /> {say(signInWords.byLink)}
          </p>
        ) : (
          <TokenForm enter={enter} />
        )}
      </div>
      <p className="soft small">
        {say(shellWords.product)} · {discovery && say(signInWords.version, { version: discovery.version })}
      </p>
    </main>
  );
}

/** Signs in and goes where the person wanted to. */
function useEnter() {
  const { to } = signInRoute.useSearch();
  const router = useRouter();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: signIn,
    onSuccess: async (session) => {
      queryClient.setQueryData(sessionQuery.queryKey, session);
      const inside = to !== undefined && /^\/(?!\/)/.test(to) ? to : "/";
      router.history.replace(inside);
    },
  });
}

function TokenForm({ enter }: { readonly enter: ReturnType<typeof useEnter> }) {
  const say = useSay();
  const [token, setToken] = useState("");
  const [isEmpty, setIsEmpty] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setIsEmpty(token.trim() === "");
    if (token.trim() !== "") enter.mutate({ token: token.trim() });
  };
  return (
    <form onSubmit={submit} className={styles["form"]}>
      <Problem error={enter.error} />
      <PasswordInput
        label={say(signInWords.token)}
        description={say(signInWords.tokenHint)}
        placeholder="yh_…"
        autoComplete="current-password"
        autoFocus
        value={token}
        error={isEmpty ? say(signInWords.emptyToken) : undefined}
        onChange={(event) => setToken(event.currentTarget.value)}
      />
      <Button type="submit" fullWidth loading={enter.isPending}>
        {say(signInWords.signIn)}
      </Button>
      <p className="soft small">{say(signInWords.link)}</p>
    </form>
  );
}
