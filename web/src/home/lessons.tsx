/** The week's online lessons: running ones blue with an icon and the word, planned ones grey. */

import { Icon20ClockOutline, Icon20VideocamOutline } from "@vkontakte/icons";
import { Button } from "@vkontakte/vkui";

import { dayAndTime } from "../parts/dates";
import type { HomeLesson } from "../protocol/home";
import { account } from "../words/account";

const { home: say } = account;

export function Lessons({ lessons, linked }: { readonly lessons: readonly HomeLesson[]; readonly linked: boolean }) {
  return (
    <section className="card" aria-labelledby="home-lessons">
      <h2 className="card__heading" id="home-lessons">
        {say.lessons}
      </h2>
      {lessons.length === 0 ? (
        <p className="card__small" data-testid="no-lessons">
          {linked ? say.noLessons : say.noLessonsYet}
        </p>
      ) : (
        <ul className="plain">
          {lessons.map((lesson) => (
            <Lesson key={`${lesson.call} ${lesson.person_name}`} lesson={lesson} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Lesson({ lesson }: { readonly lesson: HomeLesson }) {
  const running = lesson.status === "running";
  const about = [dayAndTime(lesson.starts_at), lesson.class_title, lesson.subject_title, lesson.person_name];
  const address = `/call/${encodeURIComponent(lesson.call)}`;
  return (
    <li className={`lesson lesson_${lesson.status}`} data-testid="home-lesson" data-status={lesson.status}>
      <span className="lesson__icon" aria-hidden="true">
        {running ? <Icon20VideocamOutline /> : <Icon20ClockOutline />}
      </span>
      <div className="lesson__words">
        {lesson.join ? (
          <a className="lesson__title" href={address}>
            {lesson.title}
          </a>
        ) : (
          <span className="lesson__title">{lesson.title}</span>
        )}
        <p className="lesson__about">{about.filter(Boolean).join(" · ")}</p>
        <p className="lesson__status">{say[lesson.status]}</p>
      </div>
      {lesson.join && (
        <Button size="m" href={address} aria-label={`${say.enter}: ${lesson.title}`}>
          {say.enter}
        </Button>
      )}
    </li>
  );
}
