/** A sentence or name in both languages a person may read Yunhe in. */
export interface Words {
  readonly en: string;
  readonly zh: string;
}

export type Language = keyof Words;

/** Builds {@link Words}; short because it stands beside every field of every kind. */
export const words = (en: string, zh: string): Words => ({ en, zh });
