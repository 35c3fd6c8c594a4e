"""A whole story in a process of its own, with everything going wrong, logged in every detail.

`python -m tests.stories.logged DATABASE_URL text|json` writes to its standard error output what an
operator would read.
"""

import asyncio
import sys
from datetime import timedelta

from telegram import Update
from telegram.ext import ContextTypes, TypeHandler

from bot import logs
from bot.handlers.desk import current
from bot.intake import take
from bot.models import Member
from bot.playground.faults import Fault, FaultKind
from bot.settings import LogFormat
from tests.stories.story import AMINA, GROUP, LEAD, STRANGER, told

WORDS = ("Boma la Siri", "my secret words", "ndiyo, nitakuja", "nothing you can read")
"""What people write in this story."""
PLACE, BUG, YES, NOISE = WORDS


async def fail(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    """Fail as badly as a handler can: with everything that is known of the person in the error."""
    if update.message is None or BUG not in (update.message.text or ""):
        return
    for _attempt in range(2):
        current.get().session.add(Member(telegram_id=AMINA, name="Amina Hassan"))
        await current.get().session.flush()


async def main(database_url: str, form: LogFormat) -> None:
    """Tell the story."""
    logs.set_up("DEBUG", form)
    take.PAUSES = (0.0,) * 5
    async with told(database_url) as story:
        application = story.program.intake._dispatcher._application
        application.add_handler(TypeHandler(Update, fail), group=-1)
        await story.write(LEAD, f"/meeting 3 Dec 10:00 {PLACE}")
        await story.tap(LEAD, "✅")
        await story.write(AMINA, YES, reply_to=story.last().id)
        await story.write(AMINA, f"/when {BUG}")
        await story.write(STRANGER, NOISE, chat=STRANGER)
        story.telegram.push_raw({"message": {"text": NOISE, "from": {"first_name": "Amina"}}})
        await story.settle()
        for kind in (FaultKind.BAD_GATEWAY, FaultKind.RESET_BEFORE, FaultKind.DROP_AFTER):
            story.telegram.faults.add(Fault(kind, "sendMessage"))
        story.telegram.faults.add(Fault.too_many(3, method="sendMessage"))
        story.telegram.faults.add(Fault(FaultKind.BAD_GATEWAY, "getUpdates"))
        story.telegram.faults.add(Fault(FaultKind.ERROR, "answerCallbackQuery", code=400))
        await story.write(AMINA, "/when")
        await story.tap(AMINA, "✅")
        await story.travel(minutes=5)
        story.telegram.kick(GROUP)
        # Nobody was there for the reminders.
        story.clock.set(story.clock.now() + timedelta(days=30))
        await story.settle()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], LogFormat(sys.argv[2])))
