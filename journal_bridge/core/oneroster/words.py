"""The words of OneRoster CSV 1.1 and 1.2 that we read and write."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from identity.core.claims import Role

Mode = Literal["bulk", "delta"]
"""A file with everything there is, or only with what changed."""

VERSIONS = ("1.1", "1.2")
MANIFEST = "manifest"

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "manifest": ("propertyName", "value"),
    "orgs": ("sourcedId", "status", "dateLastModified", "name", "type", "identifier", "parentSourcedId"),
    "academicSessions": (
        "sourcedId",
        "status",
        "dateLastModified",
        "title",
        "type",
        "startDate",
        "endDate",
        "parentSourcedId",
        "schoolYear",
    ),
    "courses": (
        "sourcedId",
        "status",
        "dateLastModified",
        "schoolYearSourcedId",
        "title",
        "courseCode",
        "grades",
        "orgSourcedId",
        "subjects",
        "subjectCodes",
    ),
    "classes": (
        "sourcedId",
        "status",
        "dateLastModified",
        "title",
        "grades",
        "courseSourcedId",
        "classCode",
        "classType",
        "location",
        "schoolSourcedId",
        "termSourcedIds",
        "subjects",
        "subjectCodes",
        "periods",
    ),
    "users": (
        "sourcedId",
        "status",
        "dateLastModified",
        "enabledUser",
        "username",
        "userIds",
        "givenName",
        "familyName",
        "middleName",
        "identifier",
        "email",
        "sms",
        "phone",
        "agentSourcedIds",
        "grades",
        "password",
        "userMasterIdentifier",
        "resourceSourcedIds",
        "preferredGivenName",
        "preferredMiddleName",
        "preferredFamilyName",
        "primaryOrgSourcedId",
        "pronouns",
    ),
    "roles": (
        "sourcedId",
        "status",
        "dateLastModified",
        "userSourcedId",
        "roleType",
        "role",
        "beginDate",
        "endDate",
        "orgSourcedId",
        "userProfileSourcedId",
    ),
    "demographics": (
        "sourcedId",
        "status",
        "dateLastModified",
        "birthDate",
        "sex",
        "americanIndianOrAlaskaNative",
        "asian",
        "blackOrAfricanAmerican",
        "nativeHawaiianOrOtherPacificIslander",
        "white",
        "demographicRaceTwoOrMoreRaces",
        "hispanicOrLatinoEthnicity",
        "countryOfBirthCode",
        "stateOfBirthAbbreviation",
        "cityOfBirth",
        "publicSchoolResidenceStatus",
    ),
    "enrollments": (
        "sourcedId",
        "status",
        "dateLastModified",
        "classSourcedId",
        "schoolSourcedId",
        "userSourcedId",
        "role",
        "primary",
        "beginDate",
        "endDate",
    ),
}
"""What we write, in the standard's order. Reading goes by name and wants only the columns of `NEEDED`."""

NEEDED: Mapping[str, tuple[str, ...]] = {
    "manifest": ("propertyName", "value"),
    "orgs": ("sourcedId", "name", "type"),
    "academicSessions": ("sourcedId", "schoolYear"),
    "courses": ("sourcedId", "title"),
    "classes": ("sourcedId", "title", "courseSourcedId", "schoolSourcedId"),
    "users": ("sourcedId", "givenName", "familyName"),
    "roles": ("userSourcedId", "role"),
    "demographics": ("sourcedId",),
    "enrollments": ("classSourcedId", "userSourcedId", "role"),
}

READ = tuple(name for name in NEEDED if name != MANIFEST)
"""The files we read, in the order in which they lean on each other. The others of the standard are left alone."""

REGION, TZ, CLASS = "metadata.zvonok.region", "metadata.zvonok.tz", "metadata.zvonok.class"
"""Columns of ours (the standard allows `metadata.*` at the right): of orgs, of orgs, of classes."""

CLASS_HOUR = "zvonok-class-hour"
"""The course of a class of ours as such: the standard wants one for each class. It is no subject."""

ROLES: Mapping[str, Role] = {
    "teacher": "teacher",
    "aide": "teacher",
    "counselor": "teacher",
    "proctor": "teacher",
    "principal": "teacher",
    "administrator": "teacher",
    "siteAdministrator": "teacher",
    "districtAdministrator": "teacher",
    "systemAdministrator": "teacher",
    "student": "student",
    "parent": "parent",
    "guardian": "parent",
    "relative": "parent",
}

ADMINISTRATORS = ("administrator", "siteAdministrator", "principal", "districtAdministrator", "systemAdministrator")
"""Roles that administer the school they are in, besides what the person is."""

ENROLLED_ROLES: Mapping[str, Role] = {
    "teacher": "teacher",
    "aide": "teacher",
    "proctor": "teacher",
    "administrator": "teacher",
    "student": "student",
}

GONE = ("tobedeleted", "inactive")  # `status` in 1.2, and in 1.0


class Row(NamedTuple):
    """One row of a file; `line` counts from 1. Values have no blanks around them."""

    line: int
    values: dict[str, str]
