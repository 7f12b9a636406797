"""Dates and refusals in Russian."""

from datetime import date, timedelta

MONTHS = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip
DAYS = ("Понедельник", "Вторник", "Среда", "Четверг", "Пятница", "Суббота", "Воскресенье")
SHORT_DAYS = ("Пн", "Вт", "Ср", "Чт", "Пт", "Сб", "Вс")

ROLES = {"teacher": "преподаватель", "student": "обучающийся", "parent": "родитель"}

TROUBLES = {
    "waiting": ("Ждём сервер звонков", "Он ещё не отвечает. Страница откроется сама, как только он появится."),
    "foreign": ("Запрос пришёл с чужой страницы", "Откройте журнал заново и повторите."),
    "not_found": ("Такой страницы нет", "Вернитесь на главную и откройте её заново."),
    "call_unknown": ("Звонок не найден", "Возможно, его уже удалили."),
    "call_ended": ("Звонок завершён", "Войти в него больше нельзя."),
    "not_invited": ("Вас нет среди участников", "Этот урок — у другого класса."),
    "link_unknown": (
        "Код не подошёл",
        "Возможно, в нём опечатка. Откройте «Подключить дневник» ещё раз: получите новый.",
    ),
    "link_used": ("Код уже использован", "Он действует один раз. Откройте «Подключить дневник» ещё раз."),
    "link_expired": ("Код устарел", "Он действует несколько минут. Откройте «Подключить дневник» ещё раз."),
    "too_many_tries": ("Слишком много неверных кодов", "Подождите несколько минут и попробуйте ещё раз."),
    "person_linked": ("Учебный профиль уже привязан", "Вы сделали это раньше: второй раз не нужно."),
    "profile_linked": ("К этому профилю уже привязан другой человек", "Войдите в свой учебный профиль и повторите."),
    "field_fixed": ("Звонок уже идёт", "Урок и время начала поменять нельзя, пока звонок не завершён."),
    "call_exists": ("Для этого урока звонок уже есть", "Его можно изменить или удалить."),
}
TROUBLE = ("Не получилось", "Сервер звонков отказал. Попробуйте ещё раз.")

DONE = {
    "created": "Звонок запланирован.",
    "started": "Звонок запущен. Чтобы войти, нажмите на телефонную трубку.",
    "changed": "Изменения сохранены.",
    "deleted": "Звонок удалён.",
}


def day_month(on: date) -> str:
    """«26 января»."""
    return f"{on.day} {MONTHS[on.month - 1]}"


def week(first: date, last: date) -> str:
    """«26 января – 1 февраля» or «12 – 18 января»."""
    if first.month == last.month:
        return f"{first.day} – {day_month(last)}"
    return f"{day_month(first)} – {day_month(last)}"


def duration(seconds: float) -> str:
    """«41 мин» or «1 ч 5 мин»; what began counts as a minute."""
    minutes = max(1, round(seconds / 60))
    hours, rest = divmod(minutes, 60)
    return f"{hours} ч {rest} мин" if hours else f"{rest} мин"


def trouble(code: str) -> tuple[str, str]:
    """Headline and sentence for a refusal."""
    return TROUBLES.get(code, TROUBLE)


def shift(first: date, days: int) -> date:
    """A date some days later."""
    return first + timedelta(days=days)
