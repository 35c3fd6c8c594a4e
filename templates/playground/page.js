// The chat page. It shows what the server tells and keeps nothing that a reload would lose:
// who one is and which chat is open stand in the address (#person/chat).

import { ask, make, seen, tell, words } from "./base.js";

const locale = words.language === "en" ? "en-GB" : words.language;
const place = { person: null, chat: null };
const shown = new Map(); // message key → { print, node }
const unfolded = new Set(); // quotes and spoilers that were opened, by message key and offset
const waiting = new Set(); // buttons whose answer is not there yet, by message key and data
const drafts = new Map(); // half-written texts, by person and chat
let state = null; // the last /page/state
let chat = null; // the last /page/chat
let about = null; // { kind: "reply" | "edit", message }
let start = null; // { person, code }: a deep link that waits for [Start]
let chosen = null; // the key of the message whose actions are open
let asked = 0;

async function attempt(work) {
  try {
    return await work();
  } catch {
    sayToast(words.refused);
    return null;
  }
}

// Isolated, so that a name written from right to left cannot turn the sentence around.
const said = (sentence, who) => sentence.replace("{who}", `\u2068${who}\u2069`);

const hue = (id) => `var(--name-${Math.abs(Number(id)) % 7})`;

// --- time --------------------------------------------------------------------------------------

// No browser writes dates in every language: where it cannot, the page has the names.
const isKnownToBrowser = Intl.DateTimeFormat.supportedLocalesOf(locale).length > 0;
const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

function written(iso, months) {
  const wanted = { weekday: "short", day: "numeric", month: "numeric", year: "numeric" };
  const format = new Intl.DateTimeFormat("en-GB", { timeZone: state.zone, ...wanted });
  const found = Object.fromEntries(format.formatToParts(new Date(iso)).map((part) => [part.type, part.value]));
  const weekday = words.weekdays[WEEKDAYS.indexOf(found.weekday)];
  return { day: `${weekday} ${found.day} ${months[found.month - 1]}`, year: found.year };
}

function formatted(iso, options) {
  const format = new Intl.DateTimeFormat(locale, { timeZone: state.zone, ...options });
  return format
    .formatToParts(new Date(iso))
    .map((part, index, parts) => {
      const after = index > 0 && parts[index - 1].type === "weekday";
      return after && part.type === "literal" ? " " : part.value;
    })
    .join("");
}

const clockTime = (iso) =>
  formatted(iso, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const usesOwnNames = !isKnownToBrowser && words.weekdays.length > 0;

function fullDay(iso) {
  if (!usesOwnNames) {
    return formatted(iso, { weekday: "short", day: "numeric", month: "short", year: "numeric" });
  }
  const { day, year } = written(iso, words.short_months);
  return `${day} ${year}`;
}

function dayOf(iso) {
  if (!usesOwnNames) return formatted(iso, { weekday: "long", day: "numeric", month: "long" });
  return written(iso, words.months).day;
}

const sameDay = (one, other) => fullDay(one) === fullDay(other);

function showClock() {
  const node = seen("now");
  node.textContent = `${fullDay(state.now)}, ${clockTime(state.now)}`;
  node.dateTime = state.now;
  for (const button of document.querySelectorAll("[data-travel]")) {
    button.disabled = state.travelling;
    if (!state.travelling) button.removeAttribute("aria-busy");
  }
  seen("clock").setAttribute("aria-busy", String(state.travelling));
}

async function travel(button) {
  button.setAttribute("aria-busy", "true");
  state.travelling = true;
  showClock();
  const wish = button.dataset.travel;
  const done = await attempt(() =>
    tell("/page/travel", wish === "due" ? {} : { seconds: Number(wish) }),
  );
  state.travelling = false;
  if (done) {
    state.now = done.now;
    if (!done.due) sayToast(words.nothing_due);
  }
  showClock();
  await refresh();
}

// --- text with entities --------------------------------------------------------------------------

const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre" };
const isSafe = (url) => /^(https?|tg):/i.test(url);

function element(entity, content, message) {
  const key = `${message.key}:${entity.offset}`;
  if (TAGS[entity.type]) return make(TAGS[entity.type], {}, ...content);
  if (entity.type === "text_link" && isSafe(entity.url)) return link(entity.url, content);
  if (entity.type === "url") return link(content.map((node) => node.textContent ?? node).join(""), content);
  if (entity.type === "spoiler") return spoiler(key, content);
  if (entity.type === "bot_command") return commandLink(content, message);
  if (entity.type.endsWith("blockquote")) return quotation(entity, key, content);
  return make("span", {}, ...content);
}

// A link to our bot opens its chat, as in Telegram; every other one leaves the page.
const link = (url, content) =>
  startCode(url) === null
    ? make("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, ...content)
    : make("a", { href: url, onclick: (event) => openStart(event, url) }, ...content);

function startCode(url) {
  const [, bot, code] = /^https:\/\/t\.me\/(\w+)\?start=([\w-]{1,64})$/.exec(url) ?? [];
  return bot && bot.toLowerCase() === state.bot.toLowerCase() ? code : null;
}

function openStart(event, url) {
  event.preventDefault();
  start = { person: place.person, code: startCode(url) };
  if (place.chat === place.person) showChat();
  else go(place.person, place.person);
}

async function pressStart() {
  const { code } = start;
  start = null;
  showChat();
  await send(`/start ${code}`, null);
}

// The operator's own link is handed over at once: whoever opens it has just chosen who they are.
async function openFirst() {
  const code = startCode(state.first_link);
  const body = { person: place.person, chat: place.person, text: `/start ${code}`, reply_to: null };
  if (await attempt(() => tell("/page/write", body))) go(place.person, place.person);
}

function commandLink(content, message) {
  const node = make("button", { type: "button", class: "command" }, ...content);
  if (message.frozen) return node;
  node.addEventListener("click", () => send(node.textContent, null));
  return node;
}

function spoiler(key, content) {
  const node = make("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": words.spoiler }, ...content);
  const open = () => {
    unfolded.add(key);
    node.classList.add("open");
    node.removeAttribute("aria-label");
  };
  if (unfolded.has(key)) open();
  node.addEventListener("click", open);
  return node;
}

function quotation(entity, key, content) {
  const fold = make("div", { class: "fold" }, ...content);
  const node = make("blockquote", {}, fold);
  if (entity.type !== "expandable_blockquote") return node;
  const button = make("button", { type: "button", class: "unfold", "data-unfold": true });
  const show = () => {
    const open = unfolded.has(key);
    node.classList.toggle("folded", !open);
    button.textContent = open ? words.less : words.more;
    button.setAttribute("aria-expanded", String(open));
  };
  button.addEventListener("click", () => {
    if (!unfolded.delete(key)) unfolded.add(key);
    show();
  });
  show();
  node.append(button);
  return node;
}

const isBlock = (entity) => entity.type === "pre" || entity.type.endsWith("blockquote");

// Entities are nested and sorted (outer first); offsets count UTF-16 units, as strings do here.
function rendered(message, from, to, entities) {
  const nodes = [];
  let at = from;
  for (let index = 0; index < entities.length; ) {
    const entity = entities[index];
    const end = Math.min(entity.offset + entity.length, to);
    let next = index + 1;
    while (next < entities.length && entities[next].offset < end) next += 1;
    if (entity.offset >= at) {
      // A block has its own line: the newline beside it would show as an empty one.
      const gap = message.text.slice(at, entity.offset);
      nodes.push(isBlock(entity) ? gap.replace(/\n$/, "") : gap);
      nodes.push(element(entity, rendered(message, entity.offset, end, entities.slice(index + 1, next)), message));
      at = isBlock(entity) && message.text[end] === "\n" ? end + 1 : end;
    }
    index = next;
  }
  nodes.push(message.text.slice(Math.min(at, to), to));
  return nodes.filter((node) => node !== "");
}

// --- one message ---------------------------------------------------------------------------------

function messageNode(message, previous) {
  if (message.service) return serviceNode(message);
  const own = message.author_id === place.person;
  const follows = previous && !previous.service && previous.author === message.author && !previous.buttons.length;
  const names = chat.kind !== "private" && !own && !follows;
  const bubble = make(
    "div",
    { class: "bubble", tabindex: "0", onclick: (event) => choose(event, message), onkeydown: (event) => chooseByKey(event, message) },
    names ? make("p", { class: "author", dir: "auto" }, message.author) : null,
    message.topic ? make("p", { class: "topic", dir: "auto", "data-in-topic": message.topic }, `# ${message.topic}`) : null,
    message.reply_to ? quoteNode(message.reply_to) : null,
    message.file ? fileNode(message.file) : null,
    make("div", { class: "text", dir: "auto" }, ...rendered(message, 0, message.text.length, message.entities)),
    metaNode(message),
  );
  const classes = ["message", own ? "own" : "", follows ? "same" : "", message.frozen ? "frozen" : ""];
  const node = make("li", { class: classes.filter(Boolean).join(" "), "data-message": message.id, "data-author": message.author_id, "data-key": message.key }, bubble);
  node.style.setProperty("--name", hue(message.author_id));
  if (message.buttons.length) node.append(keyboardNode(message));
  if (chosen === message.key) node.append(actionsNode(message));
  return node;
}

function fileNode(file) {
  const size = words.kilobytes.replace("{size}", (file.size / 1024).toLocaleString(words.language, { maximumFractionDigits: 1 }));
  return make(
    "a",
    { class: "file", href: `/page/file?id=${encodeURIComponent(file.id)}`, download: file.name, "data-file": file.name },
    make("span", { "aria-hidden": "true" }, "📄 "),
    make("bdi", {}, file.name),
    make("span", { class: "size" }, ` · ${size}`),
  );
}

function serviceNode(message) {
  const { what, who } = message.service;
  return make("li", { class: "service", "data-message": message.id, "data-service": what, "data-key": message.key, dir: "auto" }, said(words[what], who));
}

function quoteNode(quoted) {
  const node = make(
    "button",
    { type: "button", class: "quote", "data-quote": quoted.id, onclick: () => seek(quoted.id) },
    make("b", { dir: "auto" }, quoted.author),
    make("span", { dir: "auto" }, quoted.text),
  );
  node.style.setProperty("--name", hue(quoted.author_id));
  return node;
}

function metaNode(message) {
  return make(
    "div",
    { class: "meta" },
    ...message.reactions.map((emoji) => make("span", { class: "reaction", "data-reaction": emoji }, emoji)),
    message.silent ? make("span", { "aria-hidden": "true" }, "🔕") : null,
    message.edited ? make("span", { "data-edited": true }, words.edited) : null,
    make("time", { datetime: message.at }, clockTime(message.at)),
  );
}

function keyboardNode(message) {
  const rows = message.buttons.map((row) => make("div", { class: "row" }, ...row.map((button) => buttonNode(message, button))));
  return make("div", { class: "buttons", "data-buttons": true }, ...rows);
}

function buttonNode(message, button) {
  const label = make("span", { dir: "auto" }, button.text);
  if (button.url && startCode(button.url) !== null) {
    return make("a", { href: button.url, onclick: (event) => openStart(event, button.url) }, label);
  }
  if (button.url) return make("a", { href: isSafe(button.url) ? button.url : "#", target: "_blank", rel: "noopener noreferrer" }, label);
  const key = `${message.key}:${button.callback_data}`;
  return make(
    "button",
    { type: "button", "data-data": button.callback_data, "data-style": button.style, "aria-busy": waiting.has(key) ? "true" : null, onclick: () => tap(message, button.callback_data, key) },
    label,
  );
}

function actionsNode(message) {
  const own = message.author_id === place.person;
  return make(
    "div",
    { class: "actions" },
    make("button", { type: "button", "data-reply": true, onclick: () => startAbout("reply", message) }, words.reply),
    own ? make("button", { type: "button", "data-edit": true, onclick: () => startAbout("edit", message) }, words.edit) : null,
  );
}

function choose(event, message) {
  if (message.frozen || event.target.closest("a, button, .spoiler") || String(getSelection())) return;
  chosen = chosen === message.key ? null : message.key;
  showMessages();
}

function chooseByKey(event, message) {
  if (event.key !== "Enter" || event.target !== event.currentTarget) return;
  event.preventDefault();
  choose(event, message);
}

async function tap(message, data, key) {
  if (waiting.has(key)) return;
  waiting.add(key);
  showMessages();
  const body = { person: place.person, chat: place.chat, message: message.id, data };
  const answer = await attempt(() => tell("/page/tap", body));
  waiting.delete(key);
  showMessages();
  const toast = answer?.toast;
  if (toast?.text) (toast.show_alert ? sayAlert : sayToast)(toast.text);
}

// --- the conversation ------------------------------------------------------------------------------

function showMessages() {
  if (!chat) return;
  const list = seen("messages");
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  const wanted = [];
  let previous = null;
  for (const message of chat.messages) {
    if (!previous || !sameDay(previous.at, message.at)) wanted.push(dayNode(message));
    wanted.push(kept(message, previous));
    previous = message;
  }
  if (!wanted.length) {
    for (const line of hints()) wanted.push(make("li", { class: "service" }, line));
  }
  reconcile(list, wanted);
  if (atEnd) list.scrollTop = list.scrollHeight;
  showNewest();
}

// What to do first in a chat where nothing was said yet.
function hints() {
  if (starts()) return [words.begin];
  if (!chat.has_bot) return [words.add_first];
  return [words.empty, place.chat < 0 ? words.example : words.example_private];
}

const starts = () => start !== null && place.chat === place.person && start.person === place.person;

function dayNode(message) {
  const label = dayOf(message.at);
  const key = `day:${label}:${message.key}`;
  if (!shown.has(key)) shown.set(key, { print: label, node: make("li", { class: "day", "data-day": true }, label) });
  return shown.get(key).node;
}

function kept(message, previous) {
  const busy = [...waiting].filter((key) => key.startsWith(`${message.key}:`));
  const print = JSON.stringify([message, previous?.author, previous?.buttons.length, chosen === message.key, busy, place.person]);
  const before = shown.get(message.key);
  if (before?.print === print) return before.node;
  const node = messageNode(message, previous);
  const wasText = before?.text !== undefined && before.text !== message.text;
  if (wasText) node.classList.add("changed");
  shown.set(message.key, { print, node, text: message.text });
  return node;
}

function reconcile(list, wanted) {
  const keep = new Set(wanted);
  for (const node of [...list.children]) if (!keep.has(node)) node.remove();
  wanted.forEach((node, index) => {
    if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null);
  });
}

function showNewest() {
  const list = seen("messages");
  seen("newest").hidden = list.scrollHeight - list.scrollTop - list.clientHeight < 200;
}

function seek(id) {
  const node = seen("messages").querySelector(`[data-message="${id}"]`);
  if (!node) return;
  node.scrollIntoView({ block: "center", behavior: "smooth" });
  node.classList.remove("sought");
  requestAnimationFrame(() => node.classList.add("sought"));
}

function showChat() {
  const open = chat !== null;
  document.body.dataset.screen = open ? "conversation" : "chats";
  seen("nothing").hidden = open;
  seen("messages").hidden = !open;
  seen("desk").hidden = !open;
  document.querySelector(".heading").hidden = !open;
  if (!open) return;
  seen("title").textContent = chat.title;
  seen("portrait").textContent = [...chat.title][0] ?? "?";
  seen("portrait").style.setProperty("--hue", hue(chat.id));
  seen("form").hidden = chat.blocked || starts();
  seen("start").hidden = chat.blocked || !starts();
  seen("add").hidden = chat.has_bot;
  showTopics();
  showSpent();
  seen("unblock").hidden = !chat.blocked;
  showMessages();
}

// How much of the week's budget the bot has used in this chat.
function showSpent() {
  const sentence = chat.kind === "private" ? words.spent_private : words.spent_group;
  seen("spent").textContent = chat.spent ? sentence.replace("{made}", chat.spent.made).replace("{limit}", chat.spent.limit) : "";
}

function showTopics() {
  const box = seen("topic");
  const names = chat.topics.map((topic) => make("option", { value: topic.id === 1 ? "" : topic.id, disabled: topic.is_closed }, `# ${topic.name}`));
  const before = box.value;
  box.replaceChildren(...names);
  box.hidden = !names.length;
  if (names.some((node) => node.value === before)) box.value = before;
}

async function markRead() {
  const last = chat?.messages.findLast((message) => !message.frozen);
  const summary = state.chats.find((one) => one.id === place.chat);
  if (!last || !summary?.unread || document.hidden) return;
  await tell("/page/read", { person: place.person, chat: place.chat, message: last.id }).catch(() => null);
}

// --- the list of chats -------------------------------------------------------------------------------

function showChats() {
  seen("first").hidden = !state.first_link;
  const items = [...state.chats].sort((one, other) => (other.last?.at ?? "").localeCompare(one.last?.at ?? ""));
  seen("chats").replaceChildren(...items.map(chatNode));
}

function chatNode(summary) {
  const portrait = make("span", { class: "portrait", "aria-hidden": "true" }, [...summary.title][0] ?? "?");
  portrait.style.setProperty("--hue", hue(summary.id));
  const badge = summary.unread && summary.id !== place.chat
    ? make("span", { class: "badge", "data-unread": summary.unread, title: words.unread }, String(summary.unread))
    : null;
  return make(
    "li",
    {},
    make(
      "button",
      { type: "button", "data-chat": summary.id, "aria-current": summary.id === place.chat ? "true" : null, onclick: () => go(place.person, summary.id) },
      portrait,
      make(
        "span",
        { class: "chat-words" },
        make("span", { class: "chat-line" }, make("span", { class: "chat-title", dir: "auto" }, summary.title), timeOfLast(summary)),
        make("span", { class: "chat-line" }, make("span", { class: "chat-last", dir: "auto" }, lastWords(summary)), badge),
      ),
    ),
  );
}

function timeOfLast(summary) {
  if (!summary.last) return null;
  const { at } = summary.last;
  const label = sameDay(at, state.now) ? clockTime(at) : formatted(at, { day: "numeric", month: "short" });
  return make("time", { class: "chat-time", datetime: at }, label);
}

function lastWords({ last, kind }) {
  if (!last) return words.no_messages;
  if (last.service) return said(words[last.service.what], last.service.who);
  const author = last.author_id === place.person ? words.you : last.author;
  const line = last.text.replace(/\s+/g, " ").slice(0, 90);
  return kind === "private" && author !== words.you ? line : `${author}: ${line}`;
}

function showPeople() {
  const select = seen("person");
  const print = JSON.stringify(state.people);
  if (select.dataset.print !== print) {
    select.dataset.print = print;
    select.replaceChildren(...peopleOptions(state.people));
  }
  select.value = String(place.person);
}

// Groups are headings, in the order of their first person; who belongs to none stands alone.
function peopleOptions(people) {
  const option = ({ id, name, label }) => make("option", { value: id }, label ? `${name} · ${label}` : name);
  return [...new Set(people.map((person) => person.group))].flatMap((group) => {
    const options = people.filter((person) => person.group === group).map(option);
    return group ? [make("optgroup", { label: group }, ...options)] : options;
  });
}

// --- writing -----------------------------------------------------------------------------------------

const draftKey = () => `${place.person}/${place.chat}`;

async function send(text, reply_to) {
  if (!text.trim()) return false;
  const topic = Number(seen("topic").value) || null;
  const body = { person: place.person, chat: place.chat, text, reply_to, topic };
  const done = await attempt(() => tell("/page/write", body));
  const list = seen("messages");
  list.scrollTop = list.scrollHeight;
  return done !== null;
}

async function submit(event) {
  event.preventDefault();
  const box = seen("write");
  const text = box.value;
  const subject = about;
  if (!text.trim()) return;
  box.value = "";
  endAbout();
  showMenu();
  const body = { person: place.person, chat: place.chat, message: subject?.message.id, text };
  const done = subject?.kind === "edit"
    ? await attempt(() => tell("/page/edit", body))
    : await send(text, subject?.message.id ?? null);
  if (!done && !box.value) box.value = text;
}

function startAbout(kind, message) {
  about = { kind, message };
  chosen = null;
  const node = seen("about");
  const head = kind === "edit" ? words.editing : message.author;
  node.querySelector(".quoted").replaceChildren(make("b", {}, head), ` ${message.text.slice(0, 120)}`);
  node.hidden = false;
  const box = seen("write");
  if (kind === "edit") box.value = message.text;
  box.focus();
  showMessages();
}

// Words that the tour puts into the box; pressing Send stays with the visitor.
function prepare({ text, reply }) {
  endAbout();
  if (reply) startAbout("reply", reply);
  seen("write").value = text;
  showMenu();
  seen("send").focus();
}

function endAbout() {
  if (about?.kind === "edit") seen("write").value = "";
  about = null;
  seen("about").hidden = true;
}

function showMenu() {
  const text = seen("write").value;
  const typed = /^\/(\w*)$/.exec(text)?.[1];
  const fitting = typed === undefined ? [] : (chat?.commands ?? []).filter(({ command }) => command.startsWith(typed));
  const list = seen("menu");
  list.replaceChildren(...fitting.map(menuNode));
  list.hidden = !fitting.length;
}

function menuNode({ command, description }) {
  const use = () => {
    const box = seen("write");
    box.value = `/${command} `;
    box.focus();
    showMenu();
  };
  return make(
    "li",
    {},
    make("button", { type: "button", "data-command": command, onclick: use }, make("b", {}, `/${command}`), make("span", { dir: "auto" }, description)),
  );
}

function typed(event) {
  if (event.key === "Escape") endAbout();
  // On a phone, where lines are broken by hand, only the button sends.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  seen("form").requestSubmit();
}

// --- what the bot says to a tap ------------------------------------------------------------------------

let toastTimer = 0;

function sayToast(text) {
  const node = seen("toast");
  node.textContent = text;
  node.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(endToast, 4500);
}

function endToast() {
  seen("toast").hidden = true;
}

function sayAlert(text) {
  endToast();
  const dialog = seen("alert");
  dialog.querySelector("p").textContent = text;
  if (!dialog.open) dialog.showModal();
}

// --- going somewhere, and staying up to date ---------------------------------------------------------

function go(person, chatId) {
  location.hash = chatId === null ? `#${person}` : `#${person}/${chatId}`;
}

function readPlace() {
  const [, person, chatId] = /^#(-?\d+)(?:\/(-?\d+))?$/.exec(location.hash) ?? [];
  return { person: person ? Number(person) : null, chat: chatId ? Number(chatId) : null };
}

function arrive() {
  const next = readPlace();
  if (next.person === place.person && next.chat === place.chat) return;
  drafts.set(draftKey(), seen("write").value);
  endAbout();
  endToast();
  Object.assign(place, next);
  chat = null;
  chosen = null;
  shown.clear();
  seen("messages").replaceChildren();
  seen("write").value = drafts.get(draftKey()) ?? "";
  showMenu();
  refresh();
}

async function refresh() {
  const turn = (asked += 1);
  const wanted = { ...place };
  const query = wanted.person === null ? "" : `?person=${wanted.person}`;
  let nextState;
  let nextChat = null;
  try {
    nextState = await ask(`/page/state${query}`);
    const open = nextState.chats.some((one) => one.id === wanted.chat);
    if (open) nextChat = await ask(`/page/chat?person=${wanted.person}&chat=${wanted.chat}&language=${words.language}`);
  } catch {
    return; // the stream of events will say when the server is back
  }
  if (turn !== asked || wanted.person !== place.person || wanted.chat !== place.chat) return;
  state = nextState;
  if (place.person === null) return go(state.person, null);
  if (place.chat !== null && nextChat === null) return go(place.person, null);
  const first = chat === null;
  chat = nextChat;
  showPeople();
  showClock();
  showChats();
  showChat();
  if (chat && first) seen("messages").scrollTop = seen("messages").scrollHeight;
  document.dispatchEvent(new CustomEvent("shown", { detail: { state, chat, place } }));
  await markRead();
}

let refreshing = false;
let isStale = false;

// While one answer is on its way, any number of changes ask for only one more.
async function refreshSoon() {
  isStale = true;
  if (refreshing) return;
  refreshing = true;
  while (isStale) {
    isStale = false;
    await refresh();
  }
  refreshing = false;
}

function listen() {
  const events = new EventSource("/page/events");
  let last = -1;
  events.addEventListener("message", ({ data }) => {
    const news = JSON.parse(data);
    seen("offline").hidden = true;
    if (state && news.revision === last) {
      Object.assign(state, { now: news.now, travelling: news.travelling });
      showClock();
    } else {
      last = news.revision;
      refreshSoon();
    }
  });
  events.addEventListener("error", () => {
    last = -1;
    seen("offline").hidden = false;
  });
}

function switchPerson() {
  const person = Number(seen("person").value);
  // Stay in a group that both are in: one sees the same talk with other eyes.
  go(person, place.chat !== null && place.chat < 0 ? place.chat : null);
}

function switchLanguage() {
  location.assign(`/?language=${encodeURIComponent(seen("language").value)}${location.hash}`);
}

seen("person").addEventListener("change", switchPerson);
seen("language").addEventListener("change", switchLanguage);
seen("toast").addEventListener("click", endToast);
seen("back").addEventListener("click", () => go(place.person, null));
seen("newest").addEventListener("click", () => seen("messages").scrollTo({ top: seen("messages").scrollHeight, behavior: "smooth" }));
seen("messages").addEventListener("scroll", showNewest, { passive: true });
seen("form").addEventListener("submit", submit);
seen("write").addEventListener("keydown", typed);
seen("write").addEventListener("input", showMenu);
seen("about").querySelector("[data-cancel]").addEventListener("click", endAbout);
seen("start").addEventListener("click", pressStart);
seen("add").addEventListener("click", () => attempt(() => tell("/page/add", { person: place.person, chat: place.chat })));
seen("first-link").addEventListener("click", openFirst);
seen("unblock").addEventListener("click", () => attempt(() => tell("/page/unblock", { person: place.person })));
for (const button of document.querySelectorAll("[data-travel]")) button.addEventListener("click", () => travel(button));
document.addEventListener("prepare", ({ detail }) => prepare(detail));
document.addEventListener("visibilitychange", () => document.hidden || refreshSoon());
addEventListener("hashchange", arrive);
Object.assign(place, readPlace());
listen();
