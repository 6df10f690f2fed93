import { z } from "zod";

/**
 * Which ways of writing numbers a specification or a mapping accepts beside plain ones. Nothing is accepted unless it
 * is named; what was converted keeps its text in the note of the cell's origin.
 */
export const numberFormsSchema = z.strictObject({
  accept: z.array(z.enum(["thousandsSeparator", "fullWidth", "percent", "chineseUnit"])).default([]),
  decimalMark: z.enum([".", ","]).default("."),
  /** What 12 % becomes: 12, for indicators whose unit is %, or 0.12. */
  percentAs: z.enum(["points", "fraction"]).default("points"),
  /** What alone stands for a missing value besides an empty cell; the usual signs (-, NA, …) when empty. */
  missing: z.array(z.string()).default([]),
});

export type NumberForms = z.output<typeof numberFormsSchema>;
