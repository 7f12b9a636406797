"""Databases for every test that asks for one: one PostgreSQL server and one template for a whole run."""

from tests.support.databases import database_url, empty_postgresql, empty_sqlite, engine, postgresql_server, template

__all__ = ["database_url", "empty_postgresql", "empty_sqlite", "engine", "postgresql_server", "template"]
