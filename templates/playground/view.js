// What the page shows at this moment, shared by its scripts.

export const view = {
  place: { person: null, chat: null }, // who one is and which chat is open, as in the address
  state: null, // the last /page/state
  chat: null, // the last /page/chat
  about: null, // { kind: "reply" | "edit", message }: what the next text belongs to
  start: null, // { person, code }: a deep link that waits for [Start]
  chosen: null, // the key of the message whose actions are open
  divider: null, // the number of the first message that was unread when the chat was opened
  attached: null, // what goes with the next text: { kind, blob, name, seconds, url }
  typing: [], // who is typing, in any chat
};

export const isPhone = () => matchMedia("(max-width: 759.98px)").matches;

export const starts = () =>
  view.start !== null && view.place.chat === view.place.person && view.start.person === view.place.person;

export function go(person, chatId) {
  location.hash = chatId === null ? `#${person}` : `#${person}/${chatId}`;
}

export function readPlace() {
  const [, person, chatId] = /^#(-?\d+)(?:\/(-?\d+))?$/.exec(location.hash) ?? [];
  return { person: person ? Number(person) : null, chat: chatId ? Number(chatId) : null };
}
