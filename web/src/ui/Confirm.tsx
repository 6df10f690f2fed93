import { Button, Modal, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { commonWords } from "../words/common.ts";
import { useSay } from "../words/language.tsx";
import { Problem } from "./Problem.tsx";

interface ConfirmProps {
  readonly title: string;
  /** What will happen. */
  readonly children: ReactNode;
  readonly action: string;
  /** The name that must be typed first, for what destroys much. */
  readonly typeName?: string | undefined;
  readonly act: () => Promise<unknown>;
  readonly onClose: () => void;
  readonly onDone?: () => void;
}

/** Asks before something that cannot be taken back. A refusal stays in view, with the question. */
export function Confirm({ title, children, action, typeName, act, onClose, onDone }: ConfirmProps) {
  const say = useSay();
  const [typed, setTyped] = useState("");
  const doing = useMutation({
    mutationFn: act,
    onSuccess: () => {
      onClose();
      onDone?.();
    },
  });
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ "aria-label": say(commonWords.close) }}>
      <div style={{ display: "grid", gap: 14 }}>
        <div>{children}</div>
        {typeName !== undefined && (
          <TextInput
            label={say(commonWords.confirm, { name: typeName })}
            value={typed}
            autoComplete="off"
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        )}
        <Problem error={doing.error} />
        <div style={{ display: "flex", justifyContent: "flex-end", gap: 8 }}>
          <Button variant="default" onClick={onClose} data-autofocus>
            {say(commonWords.close)}
          </Button>
          <Button
            color="crown"
            loading={doing.isPending}
            disabled={typeName !== undefined && typed !== typeName}
            onClick={() => doing.mutate()}
          >
            {action}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
