/** The journals a profile is linked with; «Подключить дневник» only while there is none. */

import { Icon20ChevronRightOutline } from "@vkontakte/icons";
import { Button } from "@vkontakte/vkui";

import type { Linked } from "../protocol/home";
import { account } from "../words/account";

const { home: say } = account;

export function Links({ links, canConnect }: { readonly links: readonly Linked[]; readonly canConnect: boolean }) {
  return (
    <section className="card" aria-labelledby="home-links">
      <h2 className="card__heading" id="home-links">
        {say.links}
      </h2>
      {links.length > 0 && (
        <ul className="plain">
          {links.map((link) => (
            <li key={link.person.id} className="linked" data-testid="home-link">
              <p className="linked__name">{link.person.name}</p>
              <p className="linked__about">
                {[say.linkedAs(account.role[link.person.role]), link.school, link.classes.join(", ")]
                  .filter(Boolean)
                  .join(" · ")}
              </p>
              {link.journal.login_url ? (
                <a className="linked__journal" href={link.journal.login_url}>
                  {link.journal.title}
                  <Icon20ChevronRightOutline aria-hidden="true" />
                </a>
              ) : (
                <p className="linked__about">{link.journal.title}</p>
              )}
            </li>
          ))}
        </ul>
      )}
      {canConnect && (
        <>
          <p className="card__small">{say.connectText}</p>
          <Button size="l" stretched href="/connect" data-testid="home-connect">
            {say.connect}
          </Button>
          <Button mode="tertiary" size="m" href="/link" className="card__second">
            {say.haveCode}
          </Button>
        </>
      )}
    </section>
  );
}
