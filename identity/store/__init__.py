"""Identity's records in SQL. In: values. Out: values. Only hashes of secrets are stored."""

from identity.oidc import store as outside_store  # declares its tables
from identity.store.tables import METADATA
from identity.store.tickets import Entry, IdentityStore, Refusal

__all__ = ["METADATA", "Entry", "IdentityStore", "Refusal", "outside_store"]
