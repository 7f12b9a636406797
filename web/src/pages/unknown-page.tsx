/** An address that leads nowhere. */

import { Icon56ErrorTriangleOutline } from "@vkontakte/icons";
import { Button } from "@vkontakte/vkui";

import { Notice } from "../parts/notice";
import { useTitle } from "../parts/title";
import { words } from "../words";

export function UnknownPage() {
  const { title, text, home } = words.unknown;
  useTitle(title);
  return (
    <Notice icon={<Icon56ErrorTriangleOutline />} tone="warm" title={title} text={text} testId="unknown-page">
      <Button size="l" href="/">
        {home}
      </Button>
    </Notice>
  );
}
