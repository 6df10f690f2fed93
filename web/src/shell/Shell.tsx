import { ActionIcon } from "@mantine/core";
import { Link, Outlet } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";
import { Crane } from "../ui/Crane.tsx";
import { Icon } from "../ui/Icon.tsx";
import { shellWords } from "../words/shell.ts";
import { useSay } from "../words/language.tsx";
import { AccountMenu } from "./AccountMenu.tsx";
import { navigation } from "./navigation.ts";
import { ColourMenu, LanguageButton, ProjectChoice } from "./Preferences.tsx";
import styles from "./Shell.module.css";

const Palette = lazy(() => import("./Palette.tsx"));

/** The frame around every page: who, where, and the way elsewhere. */
export function Shell() {
  const say = useSay();
  const [open, setOpen] = useState(false);
  const [palette, setPalette] = useState(false);
  usePaletteKeys(() => setPalette(true));
  return (
    <div className={styles["shell"]}>
      <a href="#content" className={styles["skip"]}>
        {say(shellWords.skip)}
      </a>
      <header className={styles["top"]}>
        <ActionIcon
          className={styles["burger"]}
          aria-label={say(shellWords.menu)}
          aria-expanded={open}
          aria-controls="navigation"
          onClick={() => setOpen(!open)}
        >
          <Icon name="menu" size={20} />
        </ActionIcon>
        <Link to="/" className={styles["brand"]} aria-label={say(shellWords.product)}>
          <Crane />
          <span>{say(shellWords.product)}</span>
        </Link>
        <ProjectChoice />
        <button type="button" className={styles["find"]} onClick={() => setPalette(true)}>
          <Icon name="search" />
          <span>{say(shellWords.goTo)}</span>
          <kbd>Ctrl K</kbd>
        </button>
        <div className={styles["tools"]}>
          <LanguageButton />
          <ColourMenu />
          <AccountMenu />
        </div>
      </header>
      <nav
        id="navigation"
        className={styles["nav"]}
        data-open={open || undefined}
        aria-label={say(shellWords.mainNavigation)}
      >
        <Navigation onGo={() => setOpen(false)} />
      </nav>
      {open && <div className={styles["shade"]} onClick={() => setOpen(false)} aria-hidden="true" />}
      <main id="content" className={styles["main"]} tabIndex={-1}>
        <Outlet />
      </main>
      {palette && (
        <Suspense fallback={null}>
          <Palette onClose={() => setPalette(false)} />
        </Suspense>
      )}
    </div>
  );
}

function Navigation({ onGo }: { readonly onGo: () => void }) {
  const say = useSay();
  return navigation.map(({ words, entries }, at) => (
    <div key={at}>
      {words && <h2>{say(words)}</h2>}
      <ul>
        {entries.map(({ words: name, icon, to, exact }) => (
          <li key={to}>
            <Link
              to={to}
              onClick={onGo}
              activeOptions={{ exact: exact ?? false, includeSearch: false }}
              activeProps={{ "aria-current": "page" }}
            >
              <Icon name={icon} size={17} />
              {say(name)}
            </Link>
          </li>
        ))}
      </ul>
    </div>
  ));
}

/** Ctrl-K or ⌘K anywhere; `/` where nothing is being written. */
function usePaletteKeys(open: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const writes =
        event.target instanceof HTMLElement &&
        event.target.matches("input, textarea, select, [contenteditable]");
      const isChord = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k";
      if (!isChord && (event.key !== "/" || writes || event.ctrlKey || event.metaKey || event.altKey)) return;
      event.preventDefault();
      open();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  });
}
