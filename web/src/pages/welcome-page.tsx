/** The address without a call: what this is, and that people enter from their journal. */

import { Icon28BookSpreadOutline, Icon28EducationOutline, Icon28Users3Outline } from "@vkontakte/icons";

import { Brand } from "../parts/brand";
import { useTitle } from "../parts/title";
import { words } from "../words";

export function WelcomePage() {
  useTitle(null);
  const { welcome } = words;
  const ways = [
    { icon: <Icon28BookSpreadOutline />, title: welcome.teacherTitle, text: welcome.teacher },
    { icon: <Icon28EducationOutline />, title: welcome.studentTitle, text: welcome.student },
    { icon: <Icon28Users3Outline />, title: welcome.parentTitle, text: welcome.parent },
  ];
  return (
    <div className="quiet">
      <header>
        <Brand />
      </header>
      <main className="welcome">
        <h1 className="welcome__title">{welcome.title}</h1>
        <p className="welcome__text">{welcome.text}</p>
        <ul className="welcome__ways">
          {ways.map((way) => (
            <li key={way.title} className="welcome__way">
              <span className="welcome__icon" aria-hidden="true">
                {way.icon}
              </span>
              <h2>{way.title}</h2>
              <p>{way.text}</p>
            </li>
          ))}
        </ul>
      </main>
    </div>
  );
}
