/** Copies a text; says so. Where the browser does not let it, the text stands beside it to be copied by hand. */

import { Icon20CheckCircleOutline, Icon20CopyOutline } from "@vkontakte/icons";
import { Button } from "@vkontakte/vkui";
import { useState } from "react";

import { account } from "../words/account";

export function CopyButton({ text }: { readonly text: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      setCopied(false);
    }
  };
  return (
    <>
      <Button
        mode="secondary"
        size="m"
        before={copied ? <Icon20CheckCircleOutline /> : <Icon20CopyOutline />}
        onClick={() => void copy()}
      >
        {copied ? account.common.copied : account.common.copy}
      </Button>
      <span className="for-ears" role="status">
        {copied ? account.common.copied : ""}
      </span>
    </>
  );
}
