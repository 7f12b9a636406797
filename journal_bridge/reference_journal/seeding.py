"""Tells Zvonok who is who. In: the demonstration school. Out: PUTs, which change nothing the second time."""

import asyncio
import logging
from typing import Any

from journal_bridge.reference_journal import school
from journal_bridge.reference_journal.client import Unreachable, Zvonok

log = logging.getLogger("zvonok.reference_journal")

RETRY_SECONDS = 0.5  # while Zvonok is not up


def bodies(own_url: str) -> dict[str, dict[str, Any]]:
    """Every PUT: path and body. `own_url`: where browsers reach this journal."""
    login = f"{own_url.rstrip('/')}/connect"
    found: dict[str, dict[str, Any]] = {
        "journal": {"title": "Школьный журнал", "region": [school.REGION], "login_url": login}
    }
    for person in school.PEOPLE.values():
        body: dict[str, Any] = {
            "role": person.role,
            "family_name": person.family_name,
            "given_name": person.given_name,
            "patronymic": person.patronymic,
        }
        found[f"people/{person.id}"] = body | ({"children": list(person.children)} if person.children else {})
    found[f"schools/{school.SCHOOL}"] = {
        "name": school.SCHOOL_NAME,
        "region": school.REGION,
        "tz": str(school.TZ),
        "administrators": list(school.ADMINISTRATORS),
    }
    for class_, title in school.CLASSES.items():
        found[f"classes/{class_}"] = {"school": school.SCHOOL, "title": title, "head_teacher": school.HEADS[class_]}
    for subject, title in school.SUBJECTS.items():
        found[f"subjects/{subject}"] = {"title": title}
    for class_ in school.CLASSES:
        for subject, teacher in school.TEACHERS.items():
            found[f"enrollments/{class_}/{subject}"] = {
                "teachers": [teacher],
                "students": list(school.PUPILS[class_]),
            }
    return found


async def seed(zvonok: Zvonok, own_url: str) -> None:
    """Describe the whole school, waiting for Zvonok as long as it takes. Raises ApiError when it refuses."""
    described = bodies(own_url)
    for path, body in described.items():
        while True:
            try:
                await zvonok.put(path, body)
                break
            except Unreachable:
                await asyncio.sleep(RETRY_SECONDS)
    log.info("the school is described: %d records", len(described))
