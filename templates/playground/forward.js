// Passing a message on to another chat, as the person one is.

import { tell, words } from "./base.js";
import { openMenu } from "./menu.js";
import { attempt } from "./toast.js";
import { go, view } from "./view.js";

export const canForward = (message) => message.id !== null && !message.frozen && !message.service && !message.protected;

// Ask for the chat in the menu above the box; there one goes when the copy is there.
export function startForward(message, button) {
  const items = view.state.chats.map(({ id, title }) => ({
    name: title,
    hook: { "data-forward-to": id },
    use: () => forward(message, id),
  }));
  openMenu(items, button, words.forward_to, { isNamed: true });
}

async function forward(message, to) {
  const { person, chat } = view.place;
  view.chosen = null;
  if (await attempt(() => tell("/page/forward", { person, chat, message: message.id, to }))) go(person, to);
}
