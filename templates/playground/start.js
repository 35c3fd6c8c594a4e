// Deep links to the bot, and what they begin.

import { tell } from "./base.js";
import { send } from "./sending.js";
import { showChat } from "./talk.js";
import { attempt } from "./toast.js";
import { go, view } from "./view.js";

export function startCode(url) {
  const [, bot, code] = /^https:\/\/t\.me\/(\w+)\?start=([\w-]{1,64})$/.exec(url) ?? [];
  return bot && bot.toLowerCase() === view.state.bot.toLowerCase() ? code : null;
}

export function openStart(event, url) {
  event.preventDefault();
  const { person } = view.place;
  view.start = { person, code: startCode(url) };
  if (view.place.chat === person) showChat();
  else go(person, person);
}

export async function pressStart() {
  const { code } = view.start;
  view.start = null;
  showChat();
  await send(`/start ${code}`);
}

// The operator's own link is handed over at once: whoever opens it has just chosen who they are.
export async function openFirst() {
  const { person } = view.place;
  const code = startCode(view.state.first_link);
  const body = { person, chat: person, text: `/start ${code}`, reply_to: null };
  if (await attempt(() => tell("/page/write", body))) go(person, person);
}
