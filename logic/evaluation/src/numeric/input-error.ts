/** A sentence in both languages that people read. */
export interface Words {
  readonly en: string;
  readonly zh: string;
}

/** Where a problem sits; rows and columns are counted from 1, as in a spreadsheet. */
export interface TablePlace {
  readonly row?: number;
  readonly column?: number;
}

/** Input that cannot be computed with; says what is wrong, where, and what to do. */
export class InputError extends Error {
  readonly words: Words;
  readonly place: TablePlace;

  constructor(words: Words, place: TablePlace = {}) {
    super(words.en);
    this.name = "InputError";
    this.words = words;
    this.place = place;
  }
}
