"""The queue of updates that wait for the bot, as `getUpdates` sees it.

Rules read from the real server (telegram-bot-api `do_get_updates`, TDLib `TQueue`): asking with an
offset forgets what is below it; a negative offset keeps only the last ones; an offset more than ten
beyond the end is taken for a mistake and everything is given again.
"""

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.playground.state import Json
from bot.playground.store import Store

KEPT_FOR = timedelta(hours=24)
TAP_KEPT_FOR = timedelta(seconds=150)
DEFAULT_KINDS = frozenset({"message", "edited_message", "callback_query", "my_chat_member"})
_FUTURE = 10
_REMEMBERED = 1000
_PAIR = 2


@dataclass(frozen=True)
class Waiting:
    """An update with its number, and the moment from which nobody wants it any more."""

    id: int
    body: Json
    expires: datetime

    def as_update(self) -> Json:
        """Return it as `getUpdates` gives it."""
        return {"update_id": self.id, **self.body}


class UpdateQueue:
    """Numbers updates one after the other and keeps them until they are acknowledged."""

    def __init__(self, store: Store, first_id: int) -> None:
        """Go on with what the store has; an empty store starts at `first_id`."""
        self._store = store
        self._next_id = first_id
        self._waiting: list[Waiting] = []
        self._given: deque[Waiting] = deque(maxlen=_REMEMBERED)
        self._again: list[Waiting] = []
        self.is_reversing = False
        """Whether what waits is held back until there are two, to be given in the other order."""
        self.kinds: frozenset[str] = DEFAULT_KINDS
        self.taken = 0
        """Grows whenever updates are forgotten, mostly because the bot has acknowledged them."""
        for record in store.records("queue"):
            self._next_id = record["next_id"]
            self.kinds = frozenset(record["kinds"])
        for record in store.records("update"):
            expires = datetime.fromisoformat(record["expires"])
            self._waiting.append(Waiting(record["id"], record["body"], expires))

    def __len__(self) -> int:
        """Return how many updates are not acknowledged."""
        return len(self._waiting)

    def messages_in(self, chat_id: int) -> set[int]:
        """Return the numbers of a chat's messages (also tapped ones) whose updates still wait."""
        found = (_message_of(update.body) for update in self._waiting)
        return {m["message_id"] for m in found if m and m["chat"]["id"] == chat_id}

    def push(self, body: Json, expires: datetime) -> int:
        """Add an update and return its number."""
        update = Waiting(self._next_id, body, expires)
        self._next_id += 1
        self._waiting.append(update)
        record = {"id": update.id, "body": body, "expires": expires.isoformat()}
        self._store.put("update", update.id, record)
        self._save_head()
        return update.id

    def allow(self, kinds: frozenset[str]) -> None:
        """Remember which kinds the bot wants from now on; none named means the usual ones."""
        self.kinds = kinds or DEFAULT_KINDS
        self._save_head()

    def take(self, offset: int, limit: int, now: datetime) -> list[Json]:
        """Forget what `offset` acknowledges and return the next updates, oldest first."""
        self._drop([update for update in self._waiting if update.expires <= now])
        if offset < 0:
            self._drop(self._waiting[:offset])
        elif 0 < offset <= self._next_id + _FUTURE:
            self._drop([update for update in self._waiting if update.id < offset])
        again, self._again = self._again, []
        given = [*again, *self._in_turn(limit - len(again))]
        return [update.as_update() for update in given[:limit]]

    def _in_turn(self, room: int) -> list[Waiting]:
        """Return what waits in the order in which it is given now."""
        if not self.is_reversing:
            return self._waiting
        # Both in one answer: the offset that follows the higher number forgets the lower one.
        if len(self._waiting) < _PAIR or room < _PAIR:
            return []
        self.is_reversing = False
        first, second, *others = self._waiting
        return [second, first, *others]

    @property
    def newest(self) -> int | None:
        """The number of the newest update that can be given again, or None."""
        known = [*self._given, *self._waiting]
        return known[-1].id if known else None

    def give_again(self, update_id: int) -> None:
        """Deliver an acknowledged update once more, whatever offset the bot asks with.

        Raises:
            KeyError: nobody remembers an update of this number.
        """
        for update in (*self._given, *self._waiting):
            if update.id == update_id:
                self._again.append(update)
                return
        raise KeyError(update_id)

    def clear(self) -> None:
        """Throw the whole backlog away."""
        self._drop(list(self._waiting))

    def restart_at(self, first_id: int) -> None:
        """Give the next update the number `first_id`, as Telegram does after a quiet week.

        Raises:
            ValueError: updates still wait; Telegram restarts only an empty queue.
        """
        if self._waiting:
            message = f"{len(self._waiting)} updates are not acknowledged yet"
            raise ValueError(message)
        self._next_id = first_id
        self._save_head()

    def _drop(self, gone: list[Waiting]) -> None:
        if not gone:
            return
        self.taken += 1
        numbers = {update.id for update in gone}
        self._waiting = [update for update in self._waiting if update.id not in numbers]
        self._given.extend(gone)
        for number in numbers:
            self._store.remove("update", number)

    def _save_head(self) -> None:
        head = {"next_id": self._next_id, "kinds": sorted(self.kinds)}
        self._store.put("queue", "head", head)


def _message_of(body: Json) -> Json | None:
    """Return the message that an update is about; None if it is about something else."""
    for kind in ("message", "edited_message"):
        if kind in body:
            return dict(body[kind])
    tapped = body.get("callback_query", {}).get("message")
    return None if tapped is None else dict(tapped)
