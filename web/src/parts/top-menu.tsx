/** The sections of who is signed in, and the way out. */

import { Icon20DoorArrowRightOutline, Icon20UserCircleOutline } from "@vkontakte/icons";
import { useState } from "react";

import { signOut } from "../protocol/profile";
import { account } from "../words/account";
import { go } from "./navigation";

const { home: say } = account;

export function TopMenu() {
  const [busy, setBusy] = useState(false);
  const leave = async () => {
    setBusy(true);
    // Whatever the answer is, the first page says who is signed in.
    await signOut().catch(() => undefined);
    go("/");
  };
  return (
    <nav className="menu" aria-label={account.common.menu}>
      <a className="menu__one" href="/profile">
        <Icon20UserCircleOutline aria-hidden="true" />
        {say.profile}
      </a>
      <button type="button" className="menu__one" disabled={busy} onClick={() => void leave()} data-testid="sign-out">
        <Icon20DoorArrowRightOutline aria-hidden="true" />
        {say.signOut}
      </button>
    </nav>
  );
}
