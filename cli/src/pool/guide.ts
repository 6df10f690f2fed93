import { intro, outro, select, text } from "@clack/prompts";
import { words } from "@yunhe/client";
import type { Context } from "../command/context.ts";
import { CommandError, exitCodes } from "../command/errors.ts";
import { type AddOptions, sshPattern } from "./settings.ts";

export interface Guided {
  readonly driver: string;
  readonly name: string;
  readonly options: Partial<AddOptions>;
}

/** Asks for what the command line left open; only what is needed, the rest can be changed later. */
export async function guide(
  { say }: Context,
  before: {
    readonly driver: string | undefined;
    readonly name: string | undefined;
    readonly options: AddOptions;
  },
): Promise<Guided> {
  intro(say(words("A new pool", "新资源池")));
  const driver = before.driver ?? (await askDriver(say));
  const name =
    before.name ??
    (await ask(say(words("Its name", "名称")), { placeholder: driver, check: nameFault(say) }));
  const options = driver === "slurm" ? await askSlurm(say, before.options) : {};
  const place = await askPlace(say, before.options);
  outro(say(words(`Adding ${name} …`, `正在添加 ${name}……`)));
  return { driver, name, options: { ...options, ...place } };
}

type Say = Context["say"];
type Asked = "ssh" | "identity-file" | "work-directory" | "partition" | "account" | "region" | "jurisdiction";
type Answers = Partial<Record<Asked, string>>;

async function askDriver(say: Say): Promise<string> {
  const answer = await select({
    message: say(words("What runs it?", "由什么运行？")),
    options: [
      {
        value: "slurm",
        label: "Slurm",
        hint: say(words("a cluster, here or over SSH", "集群，本机或经 SSH")),
      },
      {
        value: "process",
        label: "process",
        hint: say(words("another pool on this machine", "本机上的另一个池")),
      },
    ],
  });
  return typeof answer === "string" ? answer : stopped();
}

async function askSlurm(say: Say, options: AddOptions): Promise<Answers> {
  const given = (name: Asked): string | undefined => options[name];
  const ssh =
    given("ssh") ??
    (await ask(
      say(words("SSH address of its login host (empty: this machine)", "登录节点的 SSH 地址（留空为本机）")),
      {
        placeholder: "ada@login.example.org",
        check: sshFault(say),
      },
    ));
  const identity = given("identity-file") ?? (ssh === "" ? "" : await askIdentity(say));
  const folder =
    given("work-directory") ??
    (await ask(say(words("A folder that the login host and all nodes share", "登录节点与各节点共享的目录")), {
      placeholder: "/home/ada/yunhe",
      check: pathFault(say),
    }));
  const partition =
    given("partition") ??
    (await ask(say(words("Partition (empty: the default one)", "分区（留空为默认分区）")), {
      check: wordFault(say),
    }));
  const account =
    given("account") ??
    (await ask(say(words("Account to charge (empty: your own)", "计费账户（留空为本人默认账户）")), {
      check: wordFault(say),
    }));
  return filled({ ssh, "identity-file": identity, "work-directory": folder, partition, account });
}

async function askPlace(say: Say, options: AddOptions): Promise<Answers> {
  const region = options.region ?? (await ask(say(words("Region (empty: local)", "地域（留空为 local）"))));
  const jurisdiction =
    options.jurisdiction ??
    (await ask(
      say(
        words(
          "Whose law holds there, such as CN or EU (empty: not stated)",
          "适用法域，如 CN 或 EU（留空为未注明）",
        ),
      ),
    ));
  return filled({ region, jurisdiction });
}

async function ask(
  message: string,
  {
    placeholder,
    check,
  }: { readonly placeholder?: string; readonly check?: (value: string) => string | undefined } = {},
): Promise<string> {
  const answer = await text({
    message,
    ...(placeholder === undefined ? {} : { placeholder }),
    ...(check === undefined ? {} : { validate: (value) => check((value ?? "").trim()) }),
  });
  return typeof answer === "string" ? answer.trim() : stopped();
}

const askIdentity = (say: Say): Promise<string> =>
  ask(
    say(
      words(
        "Private key on the server's machine (empty: the ones that ssh finds there)",
        "服务器本机上的私钥（留空则使用该机 ssh 的默认密钥）",
      ),
    ),
    {
      placeholder: "/home/yunhe/.ssh/cluster",
      check: (value) => (value === "" ? undefined : pathFault(say)(value)),
    },
  );

type Check = (value: string) => string | undefined;

const pathFault =
  (say: Say): Check =>
  (value) =>
    value.startsWith("/") ? undefined : say(words("An absolute path, please.", "请给出绝对路径。"));

const sshFault =
  (say: Say): Check =>
  (value) =>
    value === "" || sshPattern.test(value)
      ? undefined
      : say(words("[USER@]HOST[:PORT], please.", "格式为 [用户@]主机[:端口]。"));

/** As the driver takes names of partitions and accounts. */
const wordFault =
  (say: Say): Check =>
  (value) =>
    /^([A-Za-z0-9_][A-Za-z0-9_.@:+-]*)?$/.test(value)
      ? undefined
      : say(words("Letters, digits and _ . @ : + - only.", "仅限字母、数字与 _ . @ : + -。"));

const nameFault =
  (say: Say) =>
  (value: string): string | undefined =>
    /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(value)
      ? undefined
      : say(words("Lower-case letters, digits and - only.", "仅限小写字母、数字与 -。"));

const filled = (answers: Answers): Answers =>
  Object.fromEntries(Object.entries(answers).filter(([, value]) => value !== ""));

function stopped(): never {
  throw new CommandError(exitCodes.interrupted, words("Nothing was changed.", "未作更改。"));
}
