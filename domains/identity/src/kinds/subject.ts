import { type Cause, field, words } from "@yunhe/kernel";
import { z } from "zod";

export const subjectKinds = ["User", "ServiceAccount"] as const;

/** Who a binding or a token is for. */
export const subject = z.strictObject({
  kind: field(z.enum(subjectKinds).default("User"), {
    en: "User or ServiceAccount.",
    zh: "User（用户）或 ServiceAccount（服务账号）。",
  }),
  name: field(z.string().min(1).max(253), {
    en: "Name of the user or service account.",
    zh: "用户或服务账号的名称。",
  }),
  project: field(z.string().min(1).max(63).optional(), {
    en: "Project of the service account; absent for a user.",
    zh: "服务账号所在项目；用户不填。",
    format: "ref:projects.identity.yunhe.dev",
  }),
});

export type Subject = z.output<typeof subject>;

/** `user:ada`, `serviceaccount:vision/ci`: how a subject is called in principals, the audit log and messages. */
export type SubjectId = string & { readonly __subject: unique symbol };

export const subjectId = (of: Subject): SubjectId =>
  (of.kind === "User" ? `user:${of.name}` : `serviceaccount:${of.project ?? ""}/${of.name}`) as SubjectId;

/** A service account stands in a project, a user does not. */
export function checkSubject(of: Subject, path: string): Cause[] {
  if (of.kind === "ServiceAccount" && of.project === undefined)
    return [
      {
        field: `${path}.project`,
        reason: "FieldValueRequired",
        message: words("name the project of the service account", "请填写服务账号所在的项目"),
      },
    ];
  if (of.kind === "User" && of.project !== undefined)
    return [
      {
        field: `${path}.project`,
        reason: "FieldValueForbidden",
        message: words("a user stands in no project; leave it out", "用户不属于某个项目，请去掉此项"),
      },
    ];
  return [];
}
