"""A roster as rows of OneRoster 1.2 files: what `reading.py` makes the same roster of again.

In: a roster. Out: for each file its columns and rows, made while they are asked for.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from identity.core.claims import Role
from journal_bridge.core.oneroster.reading import LESSON_SEPARATOR
from journal_bridge.core.oneroster.words import CLASS, CLASS_HOUR, COLUMNS, MANIFEST, READ, REGION, TZ
from journal_bridge.core.roster_model import Roster, Values

Cells = Mapping[str, str]

EXTRA = {"orgs": (REGION, TZ), "classes": (CLASS,)}
CLASS_HOUR_TITLE = "Классный час"
ABSENT = (
    "categories",
    "classResources",
    "courseResources",
    "lineItemLearningObjectiveIds",
    "lineItems",
    "lineItemScoreScales",
    "resources",
    "resultLearningObjectiveIds",
    "results",
    "resultScoreScales",
    "scoreScales",
    "userProfiles",
    "userResources",
)
"""Files of the standard that a manifest must name although we have nothing to put there."""


def files(roster: Roster) -> Iterator[tuple[str, tuple[str, ...], Iterable[tuple[str, ...]]]]:
    """Name without `.csv`, columns, rows; the manifest first. Ordered by the journal's ids."""
    enrollments = {key: dict(sorted(people.items())) for key, people in sorted(roster.enrollments.items())}
    roster = replace(roster, enrollments=enrollments)
    makers: Mapping[str, Callable[[Roster], Iterator[Cells]]] = {
        MANIFEST: _manifest,
        "orgs": _orgs,
        "academicSessions": _sessions,
        "courses": _courses,
        "classes": _classes,
        "users": _users,
        "roles": _roles,
        "demographics": _demographics,
        "enrollments": _enrollments,
    }
    for name, maker in makers.items():
        columns = (*COLUMNS[name], *EXTRA.get(name, ()))
        yield name, columns, _rows(columns, maker(roster))


def _rows(columns: tuple[str, ...], cells: Iterable[Cells]) -> Iterator[tuple[str, ...]]:
    for row in cells:
        yield tuple(row.get(column, "") for column in columns)


def _manifest(_roster: Roster) -> Iterator[Cells]:
    said = {
        "manifest.version": "1.0",
        "oneroster.version": "1.2",
        **{f"file.{name}": "bulk" for name in READ},
        **{f"file.{name}": "absent" for name in ABSENT},
        "source.systemName": "Zvonok",
    }
    for name, value in said.items():
        yield {"propertyName": name, "value": value}


def _orgs(roster: Roster) -> Iterator[Cells]:
    for ext_id, school in roster.records["schools"].items():
        cells = {"sourcedId": ext_id, "name": school["name"], "type": "school"}
        yield {**cells, REGION: school["region"] or "", TZ: school["tz"]}


def _sessions(roster: Roster) -> Iterator[Cells]:
    years = {values["year"] for values in roster.records["classes"].values()} - {None}
    for year in sorted(years):
        yield {
            "sourcedId": _session(year),
            "title": f"{year - 1}/{year}",
            "type": "schoolYear",
            "startDate": f"{year - 1}-09-01",
            "endDate": f"{year}-08-31",
            "schoolYear": str(year),
        }


def _session(year: int | None) -> str:
    return "" if year is None else f"year-{year}"


def _courses(roster: Roster) -> Iterator[Cells]:
    yield {"sourcedId": CLASS_HOUR, "title": CLASS_HOUR_TITLE}
    for ext_id, subject in roster.records["subjects"].items():
        yield {"sourcedId": ext_id, "title": subject["title"]}


def _here(roster: Roster) -> dict[str, Values]:
    """The classes that have not left."""
    left = roster.left["classes"]
    return {ext_id: values for ext_id, values in roster.records["classes"].items() if ext_id not in left}


def _classes(roster: Roster) -> Iterator[Cells]:
    classes = _here(roster)
    for ext_id, class_ in classes.items():
        yield {
            "sourcedId": ext_id,
            "title": class_["title"],
            "courseSourcedId": CLASS_HOUR,
            "classType": "homeroom" if class_["kind"] == "class" else "scheduled",
            "schoolSourcedId": class_["school"],
            "termSourcedIds": _session(class_["year"]),
        }
    for class_id, subject in roster.enrollments:
        class_ = classes[class_id]
        yield {
            "sourcedId": f"{class_id}{LESSON_SEPARATOR}{subject}",
            "title": f"{class_['title']}, {roster.records['subjects'][subject]['title']}"[:200],
            "courseSourcedId": subject,
            "classType": "scheduled",
            "schoolSourcedId": class_["school"],
            "termSourcedIds": _session(class_["year"]),
            CLASS: class_id,
        }


def _people(roster: Roster) -> Iterator[tuple[str, Values]]:
    for ext_id, person in roster.records["people"].items():
        if ext_id not in roster.left["people"]:
            yield ext_id, person


def _users(roster: Roster) -> Iterator[Cells]:
    agents: dict[str, list[str]] = {}
    for parent, children in roster.children.items():
        for child in children:
            agents.setdefault(child, []).append(parent)
    for ext_id, person in _people(roster):
        yield {
            "sourcedId": ext_id,
            "enabledUser": "true",
            "username": ext_id,
            "givenName": person["given_name"],
            "familyName": person["family_name"],
            "middleName": person["patronymic"] or "",
            "agentSourcedIds": _list(agents.get(ext_id, ())),
        }


def _roles(roster: Roster) -> Iterator[Cells]:
    schools = _schools_of_people(roster)
    first = next(iter(roster.records["schools"]), "")
    for ext_id, person in _people(roster):
        yield {
            "sourcedId": f"{ext_id}{LESSON_SEPARATOR}role",
            "userSourcedId": ext_id,
            "roleType": "primary",
            "role": person["role"],
            "orgSourcedId": schools.get(ext_id, first),
        }
    for school, administrator in sorted(roster.administrators):
        yield _administrator(school, administrator)


def _administrator(school: str, person: str) -> Cells:
    return {
        "sourcedId": f"{person}{LESSON_SEPARATOR}{school}",
        "userSourcedId": person,
        "roleType": "secondary",
        "role": "siteAdministrator",
        "orgSourcedId": school,
    }


def _schools_of_people(roster: Roster) -> dict[str, str]:
    """Where somebody is enrolled; the standard wants a role to be in an organisation."""
    found: dict[str, str] = {}
    for (class_, _), people in roster.enrollments.items():
        for person in people:
            found.setdefault(person, roster.records["classes"][class_]["school"])
    return found


def _demographics(roster: Roster) -> Iterator[Cells]:
    for ext_id, person in _people(roster):
        if person["birth_date"] is not None:
            yield {"sourcedId": ext_id, "birthDate": person["birth_date"].isoformat()}


def _enrollments(roster: Roster) -> Iterator[Cells]:
    for class_, values in _here(roster).items():
        if head := values["head_teacher"]:
            yield _enrollment(class_, values["school"], head, "teacher", primary=True)
    for (class_, subject), people in roster.enrollments.items():
        school = roster.records["classes"][class_]["school"]
        for person, role in people.items():
            yield _enrollment(f"{class_}{LESSON_SEPARATOR}{subject}", school, person, role)


def _enrollment(class_: str, school: str, person: str, role: Role, *, primary: bool = False) -> Cells:
    return {
        "sourcedId": f"{class_}{LESSON_SEPARATOR}{person}",
        "classSourcedId": class_,
        "schoolSourcedId": school,
        "userSourcedId": person,
        "role": role,
        "primary": "true" if primary else "",
    }


def _list(parts: Iterable[str]) -> str:
    """One field; a part with a comma stands in quotation marks."""
    quoted = (f'"{part.replace(chr(34), chr(34) * 2)}"' if {",", '"'} & set(part) else part for part in sorted(parts))
    return ",".join(quoted)
