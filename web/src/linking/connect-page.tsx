/** `/connect`: «Подключить дневник» → region → journal → «Перейти в дневник». */

import { Icon20ChevronLeftOutline } from "@vkontakte/icons";
import { Button } from "@vkontakte/vkui";
import { useState } from "react";

import { timeOf } from "../parts/dates";
import { TextField } from "../parts/fields";
import { ShowLoaded, useLoaded } from "../parts/loaded";
import { ProblemLine } from "../parts/problem-line";
import { QrCode } from "../parts/qr";
import { Sheet } from "../parts/sheet";
import { useTitle } from "../parts/title";
import { getJournals, makeLinkCode, type LinkCode, type Region } from "../protocol/linking";
import { asProblem, type Problem } from "../protocol/problem";
import { account } from "../words/account";

const { connect: say } = account;

type Journal = Region["journals"][number];

/** From here on a search field helps. */
const MANY_REGIONS = 8;

export function ConnectPage() {
  const regions = useLoaded(getJournals);
  useTitle(say.title);
  return (
    <Sheet narrow>
      <ShowLoaded loaded={regions}>{(value) => <Choice regions={value} />}</ShowLoaded>
    </Sheet>
  );
}

function Choice({ regions }: { readonly regions: readonly Region[] }) {
  const [region, setRegion] = useState<Region | null>(null);
  const [made, setMade] = useState<{ journal: Journal; code: LinkCode } | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const choose = async (journal: Journal) => {
    setBusy(true);
    setProblem(null);
    try {
      setMade({ journal, code: await makeLinkCode(journal.id) });
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBusy(false);
  };
  if (made) return <Ready {...made} onOther={() => setMade(null)} />;
  return (
    <section className="card" data-testid="connect">
      <h1 className="card__title">{say.title}</h1>
      <p className="card__text">{say.text}</p>
      {regions.length === 0 && <p className="card__note">{say.none}</p>}
      {regions.length > 0 && !region && <Regions regions={regions} onChoose={setRegion} />}
      {region && <Journals region={region} busy={busy} onChoose={(journal) => void choose(journal)} onBack={() => setRegion(null)} />}
      <ProblemLine problem={problem} />
    </section>
  );
}

interface RegionsProps {
  readonly regions: readonly Region[];
  readonly onChoose: (region: Region) => void;
}

function Regions({ regions, onChoose }: RegionsProps) {
  const [search, setSearch] = useState("");
  const wanted = search.trim().toLocaleLowerCase();
  const found = regions.filter(({ region }) => region.toLocaleLowerCase().includes(wanted));
  return (
    <>
      <h2 className="card__step">{say.region}</h2>
      {regions.length >= MANY_REGIONS && (
        <TextField label={say.search} value={search} onChange={setSearch} type="search" autoComplete="off" />
      )}
      <ul className="options">
        {found.map((region) => (
          <li key={region.region}>
            <button type="button" className="option" onClick={() => onChoose(region)}>
              {region.region}
            </button>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p role="status">{say.nothing}</p>}
    </>
  );
}

interface JournalsProps {
  readonly region: Region;
  readonly busy: boolean;
  readonly onChoose: (journal: Journal) => void;
  readonly onBack: () => void;
}

function Journals({ region, busy, onChoose, onBack }: JournalsProps) {
  const [chosen, setChosen] = useState<Journal | null>(null);
  return (
    <>
      <button type="button" className="back" onClick={onBack}>
        <Icon20ChevronLeftOutline aria-hidden="true" /> {region.region}
      </button>
      <h2 className="card__step">{say.journal}</h2>
      <ul className="options">
        {region.journals.map((journal) => (
          <li key={journal.id}>
            <button
              type="button"
              className="option"
              aria-pressed={chosen?.id === journal.id}
              onClick={() => setChosen(journal)}
            >
              {journal.logo?.startsWith("data:image/") && (
                <img className="option__logo" src={journal.logo} alt="" width="32" height="32" />
              )}
              {journal.title}
            </button>
          </li>
        ))}
      </ul>
      <Button
        size="l"
        stretched
        disabled={!chosen}
        loading={busy}
        onClick={() => {
          if (chosen) onChoose(chosen);
        }}
        data-testid="connect-next"
      >
        {say.next}
      </Button>
    </>
  );
}

interface ReadyProps {
  readonly journal: Journal;
  readonly code: LinkCode;
  readonly onOther: () => void;
}

function Ready({ journal, code, onOther }: ReadyProps) {
  return (
    <section className="card" data-testid="connect-ready">
      <h1 className="card__title">{say.goTitle(journal.title)}</h1>
      <p className="card__text">{say.goText}</p>
      <Button size="l" stretched href={code.url} data-testid="connect-go">
        {say.go}
      </Button>
      <div className="elsewhere">
        <p className="elsewhere__text">{say.orCode}</p>
        {code.qr_svg && <QrCode svg={code.qr_svg} />}
        <p className="elsewhere__code" data-testid="connect-code">
          {code.code}
        </p>
        <p className="elsewhere__note">
          {say.codeUntil(timeOf(code.expires_at))} {say.sameBrowser}
        </p>
      </div>
      <Button mode="tertiary" size="l" onClick={onOther}>
        {say.other}
      </Button>
    </section>
  );
}
