import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useState } from "react";
import { formatsOf, type Formats } from "../format/format.ts";
import { fill, type Language, type Values, type Words } from "./words.ts";

const storageKey = "yunhe-language";

interface LanguageState {
  readonly language: Language;
  readonly choose: (language: Language) => void;
}

const LanguageContext = createContext<LanguageState>({ language: "en", choose: () => undefined });

/** The language chosen before, else the browser's. */
function firstLanguage(): Language {
  const stored = localStorage.getItem(storageKey);
  if (stored === "en" || stored === "zh") return stored;
  return navigator.languages.find((tag) => /^(zh|en)\b/i.test(tag))?.startsWith("zh") ? "zh" : "en";
}

export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useState(firstLanguage);
  useEffect(() => {
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  }, [language]);
  const choose = useCallback((next: Language) => {
    localStorage.setItem(storageKey, next);
    setLanguage(next);
  }, []);
  const state = useMemo(() => ({ language, choose }), [language, choose]);
  return <LanguageContext value={state}>{children}</LanguageContext>;
}

export const useLanguage = (): LanguageState => use(LanguageContext);

/** `say(words, values)` in the language of the page. */
export function useSay(): (words: Words, values?: Values) => string {
  const { language } = useLanguage();
  return useCallback((words, values) => fill(words, language, values), [language]);
}

/** Numbers, sizes and times as the language of the page writes them. */
export function useFormats(): Formats {
  return formatsOf(useLanguage().language);
}
