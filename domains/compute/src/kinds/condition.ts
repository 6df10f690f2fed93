import { field } from "@yunhe/kernel";
import { z } from "zod";

/** The condition list that every status of this domain carries; merged by type in server-side apply. */
export const conditions = field(
  z
    .array(
      z.strictObject({
        type: z.string(),
        status: z.enum(["True", "False", "Unknown"]),
        reason: z.string(),
        message: z.string(),
        messageZh: z.string().optional(),
        lastTransitionTime: z.string(),
        observedGeneration: z.int().optional(),
      }),
    )
    .optional(),
  {
    en: "What is known of this object's state, each with reason and message.",
    zh: "该对象的状态条件，各附原因与说明。",
  },
);
