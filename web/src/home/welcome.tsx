/** The bare address for somebody who is not signed in: the profile, and the ways in without one. */

import { Icon28BookSpreadOutline, Icon28EducationOutline, Icon28Users3Outline, Icon56UserCircleOutline } from "@vkontakte/icons";
import { Button } from "@vkontakte/vkui";

import { Sheet } from "../parts/sheet";
import { account } from "../words/account";

const { welcome: say } = account;

export function Welcome() {
  const ways = [
    { icon: <Icon28BookSpreadOutline />, title: say.teacherTitle, text: say.teacher },
    { icon: <Icon28EducationOutline />, title: say.studentTitle, text: say.student },
    { icon: <Icon28Users3Outline />, title: say.parentTitle, text: say.parent },
  ];
  return (
    <Sheet testId="welcome">
      <div className="welcome">
        <h1 className="welcome__title">{say.title}</h1>
        <p className="welcome__text">{say.text}</p>
        <section className="card entrance" aria-labelledby="entrance">
          <span className="quiet__icon entrance__icon" aria-hidden="true">
            <Icon56UserCircleOutline />
          </span>
          <div className="entrance__words">
            <h2 id="entrance">{say.profile}</h2>
            <p>{say.profileText}</p>
          </div>
          <div className="entrance__ways">
            <Button size="l" stretched href="/sign-in" aria-describedby="entrance-have" data-testid="welcome-continue">
              {say.have}
            </Button>
            <p className="form__under" id="entrance-have">
              {say.haveHint}
            </p>
            <Button
              mode="secondary"
              size="l"
              stretched
              href="/sign-in"
              aria-describedby="entrance-create"
              data-testid="welcome-create"
            >
              {say.create}
            </Button>
            <p className="form__under" id="entrance-create">
              {say.createHint}
            </p>
          </div>
        </section>
        <h2 className="welcome__without">{say.without}</h2>
        <ul className="welcome__ways">
          {ways.map((way) => (
            <li key={way.title} className="welcome__way">
              <span className="welcome__icon" aria-hidden="true">
                {way.icon}
              </span>
              <h3>{way.title}</h3>
              <p>{way.text}</p>
            </li>
          ))}
        </ul>
      </div>
    </Sheet>
  );
}
