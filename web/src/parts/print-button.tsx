/** Opens the browser's print window. */

import { Icon20PrinterOutline } from "@vkontakte/icons";
import { Button } from "@vkontakte/vkui";

import { account } from "../words/account";

export function PrintButton() {
  return (
    <Button mode="secondary" size="m" before={<Icon20PrinterOutline />} onClick={() => window.print()}>
      {account.common.print}
    </Button>
  );
}
