"""What goes wrong when people are in a hurry, confused, or up to no good: nothing gets lost."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.domain.taps import Verb
from bot.models import Meeting, Member, Reply, UpdateFailure
from tests.stories.story import (
    AMINA,
    COORDINATOR,
    DEPUTY,
    FATUMA,
    GROUP,
    IBRAHIM,
    LEAD,
    STRANGER,
    Story,
    read,
    shown,
    told,
)

EXAMPLE = "For example: /meeting 26 Nov 10:00 County Hall"


@pytest.fixture
async def story(database_url: str) -> AsyncIterator[Story]:
    async with told(database_url) as story:
        yield story


def example_in(text: str) -> str:
    """Return the command that a refusal offers as an example."""
    found = re.findall(r"(/\w+ .+)$", text)
    assert found, f"no example in {text!r}"
    return str(found[-1])


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        ("/meeting", f"The date and the time are missing. {'Please write the date, the time and the place.'}\n\n{EXAMPLE}"),
    ],
)
async def test_look(story: Story, line: str, refusal: str) -> None:
    for line in ["/meeting", "/meeting soon", "/meeting 3 Dec", "/meeting 10:00", "/meeting yesterday 10:00", "/meeting 3 Nov 2026 10:00", "/meeting 31 Nov 10:00",
      "/meeting 3 Dec saa 4", "/mkutano 3 Desemba saa 4", "/meeting 3 Dec at 4", "/meeting Friday 3 Dec 10:00", "/meeting 3 Dec 2028 10:00", "/meeting 3 Dec 10:00-09:00 Hall",
      "/meeting 3 Dec 10:00 " + "x"*300, "/meeting 3 Dec 25:00", "/meeting 12/25 10:00", "/meeting 3/4 3 Dec 10:00", "/meeting " + "😀"*4000, "/meeting 3 Dec 10:00 " + "😀"*4000, "/meeting 3 Dec 10:00 \u202eHall <b>&\"", "/setup", "/setup a; b; c", "/setup Wajir; Mars; en", "/setup Wajir; Africa/Nairobi; tlh", "/setup Wajir; Nairobi; en", "/setup "+"😀"*4000,
      "/language", "/language " + "😀"*3000, "/when now", "/help me","/start abc", "/unknown", "hello", "/meeting today 08:00", "/meeting Monday 08:30"]:
        said = await story.ask(LEAD, line)
        print("=====", line[:60]); print(said[:700])
        if "For example" in said and "/meeting" in said: 
            ex=example_in(said); back = await story.ask(LEAD, ex); print("  -->", ex, "|", back[:90].replace("\n"," / "))
    for who,line in [(LEAD,"/setup Wajir; Africa/Nairobi; en"),(STRANGER,"/meeting 3 Dec 10:00"),(IBRAHIM,"/meeting 3 Dec 10:00"),(STRANGER,"/when"),(STRANGER,"hello"),(LEAD,"😀"*2048),(COORDINATOR,"/meeting 3 Dec 10:00"),(LEAD,"3 Dec 10:00 Hall"), (AMINA, "ndiyo")]:
        print("=====", who, line[:60]); print(await story.ask(who, line, chat=who))
    for who,line in [(STRANGER,"/meeting 3 Dec 10:00"),(IBRAHIM,"/meeting 3 Dec 10:00"),(IBRAHIM,"/setup Wajir; Africa/Nairobi; en"),(STRANGER,"/when"),(STRANGER,"hello")]:
        print("===== group", who, line[:60]); print(await story.ask(who, line))
    await story.write(LEAD,"/meeting 3 Dec 10:00"); await story.tap(LEAD,"✅")
    for data in ["answer:1:coming","answer:2:coming","answer:99999999999999999999:coming","answer:3000000000:coming","answer:-1:coming","answer:1:maybe","answer","answer:1","x"*64,"confirm:1","confirm:77","cancel:1:99999999999","cancel:1:1:1","join:1:1","join:1:777","join:9:1","admit:1:1","admit:1:5000000000","language:tlh","language:en","change:7","close:7", "🙂"*16]:
        print("== forge", data, "|", await story.forge(IBRAHIM, data), "|", await story.forge(LEAD, data))
    print(await story.rows(UpdateFailure))
