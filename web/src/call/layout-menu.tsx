/** «Отображение участников». */

import { words } from "../words";
import { Panel } from "./panel";

export function LayoutMenu({ onClose }: { readonly onClose: () => void }) {
  return (
    <Panel title={words.bar.layout} testId="layout-menu" onClose={onClose}>
      <p>{words.bar.laterNotice(words.bar.layout)}</p>
    </Panel>
  );
}
