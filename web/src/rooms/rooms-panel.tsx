/** «Сессионные залы». */

import { Panel } from "../call/panel";
import { words } from "../words";
import { classroom } from "../words/classroom";

export function RoomsPanel({ onClose }: { readonly onClose: () => void }) {
  return (
    <Panel title={classroom.people.rooms} testId="rooms-panel" onClose={onClose}>
      <p>{words.bar.laterNotice(classroom.people.rooms)}</p>
    </Panel>
  );
}
