/** «Участники»: everybody in the call, who waits and who is missing, and for moderators what can be done about them. */

import { useMemo, useState } from "react";

import { useCallState } from "../call/context";
import { Panel } from "../call/panel";
import { words } from "../words";
import { classroom } from "../words/classroom";
import { useClassState } from "./context";
import { LobbyList } from "./lobby-list";
import { ModeratorTools } from "./moderator-tools";
import { OwnCameraSwitch } from "./class-settings";
import { PersonRights } from "./person-rights";
import { PersonRow } from "./person-row";
import { filtered, found, rosterOf, type Filter, type Row } from "./roster";

const { people: say } = classroom;
const FILTERS: readonly Filter[] = ["all", "raised", "not_raised"];
const FILTER_WORDS: Readonly<Record<Filter, string>> = { all: say.all, raised: say.raised, not_raised: say.notRaised };

export function ParticipantsPanel({ onClose }: { readonly onClose: () => void }) {
  const people = useCallState((state) => state.people);
  const members = useClassState((state) => state.people);
  const hands = useClassState((state) => state.hands);
  const you = useClassState((state) => state.you);
  const rooms = useClassState((state) => state.rooms?.rooms);
  const roster = useMemo(() => rosterOf(people, { people: members, hands, you }), [people, members, hands, you]);
  const [query, setQuery] = useState("");
  const [filter, setFilter] = useState<Filter>("all");
  const [openRow, setOpenRow] = useState<string | null>(null);
  const [rightsOf, setRightsOf] = useState<string | null>(null);
  const moderator = you?.moderator ?? false;
  const chosen = [...roster.present, ...roster.absent].find(({ identity }) => identity === rightsOf);
  const shown = (rows: readonly Row[]) => found(filtered(rows, filter), query);
  const present = shown(roster.present);
  const absent = filter === "all" ? shown(roster.absent) : [];
  const list = (rows: readonly Row[]) => (
    <ul className="people">
      {rows.map((row) => (
        <PersonRow
          key={row.identity}
          row={row}
          moderator={moderator}
          ownRoom={you?.room ?? 0}
          roomName={rooms?.find(({ id }) => id === row.room)?.name ?? ""}
          open={openRow === row.identity}
          onOpen={setOpenRow}
          onRights={setRightsOf}
        />
      ))}
    </ul>
  );
  if (moderator && chosen) {
    return (
      <Panel title={words.participants.title} testId="participants-panel" onClose={onClose}>
        <PersonRights row={chosen} onBack={() => setRightsOf(null)} />
      </Panel>
    );
  }
  return (
    <Panel title={words.participants.title} testId="participants-panel" onClose={onClose}>
      {moderator && <ModeratorTools present={roster.present} hands={hands.length} />}
      <OwnCameraSwitch />
      {moderator && <LobbyList waiting={roster.waiting} />}
      <input
        type="search"
        className="people__search"
        aria-label={say.search}
        placeholder={say.search}
        value={query}
        data-testid="people-search"
        onChange={(event) => setQuery(event.target.value)}
      />
      <div className="people__filter" role="group" aria-label={say.filter}>
        {FILTERS.map((one) => (
          <button
            key={one}
            type="button"
            className="people__chip"
            aria-pressed={filter === one}
            data-testid={`filter-${one}`}
            onClick={() => setFilter(one)}
          >
            {FILTER_WORDS[one]}
          </button>
        ))}
      </div>
      <p className="people__count" role="status">
        {words.participants.count(present.length)}
      </p>
      {list(present)}
      {present.length + absent.length === 0 && <p className="people__none">{say.nobody}</p>}
      {absent.length > 0 && (
        <section aria-label={say.absent(absent.length)} data-testid="absent">
          <h3 className="people__heading">{say.absent(absent.length)}</h3>
          {list(absent)}
        </section>
      )}
    </Panel>
  );
}
