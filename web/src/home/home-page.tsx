/** `/`: the welcome, or the home of who is signed in. */

import { Button } from "@vkontakte/vkui";

import { ShowLoaded, useLoaded, Waiting } from "../parts/loaded";
import { Sheet } from "../parts/sheet";
import { useTitle } from "../parts/title";
import { TopMenu } from "../parts/top-menu";
import { getHome, type Home } from "../protocol/home";
import { Problem } from "../protocol/problem";
import { account } from "../words/account";
import { Consents, GivenConsents, OwnConsent } from "./consents";
import { Lessons } from "./lessons";
import { Links } from "./links";
import { Welcome } from "./welcome";

const { home: say } = account;

const UNSIGNED = 401;

/** null when nobody is signed in. */
async function homeOf(): Promise<Home | null> {
  try {
    return await getHome();
  } catch (error) {
    if (error instanceof Problem && error.status === UNSIGNED) return null;
    throw error;
  }
}

export function HomePage() {
  const home = useLoaded(homeOf);
  const { state } = home;
  useTitle(state.at === "here" && state.value ? say.title : null);
  if (state.at === "loading") return <Sheet>{<Waiting />}</Sheet>;
  if (state.at === "here" && !state.value) return <Welcome />;
  return (
    <Sheet testId="home" aside={state.at === "here" ? <TopMenu /> : null}>
      <ShowLoaded loaded={home}>{(value) => value && <HomeBody home={value} onChange={home.reload} />}</ShowLoaded>
    </Sheet>
  );
}

function HomeBody({ home, onChange }: { readonly home: Home; readonly onChange: () => void }) {
  const { profile } = home;
  const name = [profile.given_name, profile.patronymic].filter(Boolean).join(" ");
  return (
    <>
      <h1 className="sheet__title">{say.hello(name)}</h1>
      <OwnConsent state={profile.consent} />
      <Consents waiting={home.consent_needed} onChange={onChange} />
      <div className="home">
        <div className="home__main">
          <Lessons lessons={home.lessons} linked={home.links.length > 0} />
        </div>
        <div className="home__side">
          <Links links={home.links} canConnect={home.can_connect} />
          <Work home={home} />
          <GivenConsents given={home.consent_given} onChange={onChange} />
          <Support />
        </div>
      </div>
    </>
  );
}

function Work({ home }: { readonly home: Home }) {
  if (home.administers.length === 0 && home.heads.length === 0) return null;
  return (
    <section className="card" aria-labelledby="home-work">
      <h2 className="card__heading" id="home-work">
        {home.administers.length > 0 ? say.schools : say.heads}
      </h2>
      <ul className="plain">
        {home.administers.map((school) => (
          <li key={school.id} className="plain__row">
            <span className="plain__title">{school.name}</span>
            <Button mode="secondary" size="m" href={`/school/${encodeURIComponent(school.id)}`} data-testid="home-school">
              {say.schoolPage}
            </Button>
          </li>
        ))}
        {home.heads.map((head) => (
          <li key={head.id} className="plain__row">
            <Button
              mode="secondary"
              size="m"
              href={`/school/${encodeURIComponent(head.school)}/classes/${encodeURIComponent(head.id)}/invitations`}
              data-testid="home-invitations"
            >
              {say.invitations(head.title)}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Support() {
  return (
    <section className="card" aria-labelledby="home-support">
      <h2 className="card__heading" id="home-support">
        {say.support}
      </h2>
      <p className="card__small">{say.supportText}</p>
    </section>
  );
}
