// What is on its way to the server: it stands in the conversation at once, and stays until it is there.

import { hand, seen, stale, tell } from "./base.js";
import { showMessages, toEnd } from "./talk.js";
import { view } from "./view.js";

const LONGEST_TEXT = 4096; // UTF-16 units, as Telegram counts
const LONGEST_CAPTION = 1024;

const waiting = []; // oldest first; over when the message of the number that came back is shown
let count = 0;

const chosenTopic = () => Number(seen("topic").value) || null;

// Send a text, or what is attached with a text under it, as the person one is, to the open chat.
// What is too long for one message becomes several, one after the other, as in Telegram.
export async function send(text, { replied = null, attached = null } = {}) {
  const pieces = piecesOf(text.trim(), attached ? LONGEST_CAPTION : LONGEST_TEXT);
  if (!pieces.length && !attached) return;
  const [first = "", ...others] = pieces;
  const parts = [packed(first, { replied, attached }), ...others.map((piece) => packed(piece, {}))];
  waiting.push(...parts);
  view.divider = null;
  for (const one of parts) await deliver(one);
}

const packed = (text, { replied = null, attached = null }) => ({
  key: `waiting/${(count += 1)}`,
  ...view.place,
  topic: chosenTopic(),
  text,
  replied,
  attached,
  at: view.state.now,
  state: "sending",
  why: null,
  number: null,
});

// A text in pieces: cut between lines or words where there are any, never inside a character.
function piecesOf(text, most) {
  if (!text) return [];
  if (text.length <= most) return [text];
  const head = text.slice(0, most + 1);
  const gap = Math.max(head.lastIndexOf("\n"), head.lastIndexOf(" "));
  const isInside = /[\ud800-\udbff]/.test(text[most - 1]);
  const end = gap > most / 2 ? gap : most - Number(isInside);
  return [text.slice(0, end).trimEnd(), ...piecesOf(text.slice(end).trim(), LONGEST_TEXT)];
}

async function deliver(one) {
  one.state = "sending";
  showMessages();
  toEnd();
  try {
    const answer = await (one.attached ? upload(one) : write(one));
    one.number = answer.message;
    stale();
  } catch ({ why }) {
    Object.assign(one, { state: "failed", why });
    showMessages();
    toEnd();
  }
}

const write = ({ person, chat, text, replied, topic }) =>
  tell("/page/write", { person, chat, text, reply_to: replied?.id ?? null, topic });

async function upload({ person, chat, text, replied, topic, attached }) {
  const { kind, blob, name, seconds } = attached;
  const beside = { person, chat, kind, name, caption: text, seconds: Math.round(seconds ?? 0) };
  if (replied) beside.reply_to = replied.id;
  if (topic) beside.topic = topic;
  return hand(`/page/attach?${new URLSearchParams(beside)}`, blob);
}

// What a closed topic did not take goes to the one that is chosen now; there it answers nothing.
export function sendAgain(one) {
  const topic = chosenTopic();
  if (one.why === "topic-closed" && topic !== one.topic) Object.assign(one, { topic, replied: null });
  return deliver(one);
}

export function giveUp(one) {
  waiting.splice(waiting.indexOf(one), 1);
  showMessages();
}

// What is on its way to the open chat, in the shape of messages.
export function underway() {
  const { place, chat } = view;
  const here = waiting.filter((one) => one.person === place.person && one.chat === place.chat);
  const arrived = new Set(chat.messages.map((message) => message.id));
  for (const one of here) if (arrived.has(one.number)) waiting.splice(waiting.indexOf(one), 1);
  return here.filter((one) => !arrived.has(one.number)).map(asMessage);
}

function asMessage(one) {
  const { attached, replied } = one;
  const url = attached?.url;
  const shown = {
    photo: attached?.kind === "photo" ? { url, width: attached.width, height: attached.height } : null,
    voice: attached?.kind === "voice" ? { url, seconds: attached.seconds } : null,
    file: attached?.kind === "document" ? { url, name: attached.name, size: attached.blob.size } : null,
  };
  const { key, text, at, state, why } = one;
  const author = view.state.people.find((person) => person.id === one.person)?.name ?? "";
  return { key, id: null, author, author_id: one.person, at, text, entities: [], buttons: [], reactions: [], reply_to: replied, ...shown, state, why, one };
}
