"""Why somebody who comes from a platform cannot go on: a code, a status, and words for them."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

Code = Literal[
    "platform_unknown",
    "platform_failed",
    "platform_refused",
    "launch_expired",
    "launch_invalid",
    "deployment_unknown",
    "teachers_only",
    "pick_expired",
    "registration_closed",
    "registration_failed",
    "registered_already",
    "call_failed",
    "too_many_tries",
]


class Words(NamedTuple):
    """What the page shows."""

    status: int
    title: str
    text: str


WORDS: Mapping[Code, Words] = {
    "platform_unknown": Words(
        404, "Учебная платформа не подключена", "Попросите администратора платформы подключить «Звонок» ещё раз."
    ),
    "platform_failed": Words(
        502, "Учебная платформа не ответила", "Вернитесь в курс и откройте звонок ещё раз через минуту."
    ),
    "platform_refused": Words(
        403, "Учебная платформа вас не пропустила", "Войдите на платформу и откройте звонок из курса ещё раз."
    ),
    "launch_expired": Words(400, "Ссылка устарела", "Вернитесь в курс и откройте звонок ещё раз."),
    "launch_invalid": Words(
        400,
        "Не удалось проверить, кто вы",
        "Вернитесь в курс и откройте звонок ещё раз. Если не поможет, скажите администратору платформы.",
    ),
    "deployment_unknown": Words(
        403,
        "Это подключение платформы нам неизвестно",
        "Попросите администратора платформы подключить «Звонок» заново.",
    ),
    "teachers_only": Words(403, "Звонки добавляет преподаватель", "В этом курсе у вас другая роль."),
    "pick_expired": Words(400, "Выбор устарел", "Вернитесь в курс и добавьте звонок ещё раз."),
    "registration_closed": Words(
        404, "Подключение закрыто", "Проверьте адрес: его выдаёт администратор сервера «Звонка»."
    ),
    "registration_failed": Words(
        502, "Подключить платформу не удалось", "Её ответ не подошёл. Причина записана в журнал сервера «Звонка»."
    ),
    "registered_already": Words(
        409, "Эта платформа уже подключена", "Удалите старое подключение на платформе или пользуйтесь им."
    ),
    "call_failed": Words(503, "Звонок не открылся", "Вернитесь в курс и откройте его ещё раз через минуту."),
    "too_many_tries": Words(429, "Слишком много входов", "Подождите немного и откройте звонок из курса ещё раз."),
}


class LtiError(Exception):
    """The way ends here. `reason` is for our log and holds no secrets."""

    def __init__(self, code: Code, reason: str = "") -> None:
        super().__init__(reason or code)
        self.code = code
        self.words = WORDS[code]
