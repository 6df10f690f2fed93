/** One text in every language of the console. `{name}` stands for a value that is put in. */
export interface Words {
  readonly en: string;
  readonly zh: string;
}

export type Language = keyof Words;

export const w = (en: string, zh: string): Words => ({ en, zh });

export type Values = Readonly<Record<string, string | number>>;

/** The text in one language with its values put in. */
export function fill(words: Words, language: Language, values: Values = {}): string {
  return words[language].replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
