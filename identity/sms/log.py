"""Writes messages to the log: for a server that is being set up, with its log as private as its codes."""

import logging

from identity.core.phones import masked

log = logging.getLogger("zvonok.sms")


class LogSms:
    """Sends nothing."""

    async def send(self, phone: str, text: str, ttl: float) -> None:
        """Log the message."""
        log.warning("no SMS gateway is configured; to %s: %s", masked(phone), text)

    async def close(self) -> None:
        """Nothing to close."""
