import { RequestFailed, ServerUnreachable } from "@yunhe/client";
import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Page } from "../ui/Page.tsx";
import { Problem } from "../ui/Problem.tsx";
import { Empty } from "../ui/Notice.tsx";
import { shellWords } from "../words/shell.ts";
import { useSay } from "../words/language.tsx";

export function NotFound() {
  const say = useSay();
  return (
    <Page title={say(shellWords.notFoundTitle)}>
      <Empty
        icon="search"
        title={say(shellWords.notFoundTitle)}
        actions={<Link to="/">{say(shellWords.fleet)}</Link>}
      >
        {say(shellWords.notFoundBody)}
      </Empty>
    </Page>
  );
}

/** A page that threw. What the server refused is told as such; the rest is our own mistake. */
export function Crash({ error }: { readonly error: unknown }) {
  const say = useSay();
  const isOurs = !(error instanceof RequestFailed || error instanceof ServerUnreachable);
  const reload = <Button onClick={() => location.reload()}>{say(shellWords.reload)}</Button>;
  return (
    <Page
      title={say(shellWords.crashTitle)}
      lead={isOurs ? say(shellWords.crashBody) : undefined}
      actions={reload}
    >
      <Problem error={error} />
    </Page>
  );
}
