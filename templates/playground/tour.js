// The guided tour: eight steps, whose words and people stand in tour.html. How far a visitor is
// is kept in this window alone, so that a second window can be somebody who just looks on.

import { seen, tell, words } from "./base.js";

const LONGEST_WAIT = 20; // things that fall due elsewhere before what the visitor waits for
const card = seen("tour");
const steps = [...document.querySelectorAll("[data-step]")];
const group = Number(words.tour_chat);
let now = null; // the last { state, chat, place }
let tour = load(); // { step, mark, done } · step 0 is the invitation, null means it is over
let wanted = null; // what is put into the box once one is the right person in the right chat
let travelling = false;
let pressed = new Set(); // buttons of this step that were pressed: they are not pointed at again

function load() {
  try {
    return JSON.parse(sessionStorage.getItem("tour")) ?? { step: 0 };
  } catch {
    return { step: 0 };
  }
}

function keep(next) {
  tour = next;
  sessionStorage.setItem("tour", JSON.stringify(tour));
  show();
}

const current = () => steps[tour.step - 1] ?? null;
const isThere = (step) => now?.place.person === Number(step.dataset.as) && now.place.chat === group && now.chat?.id === group;

// --- what ends a step ---------------------------------------------------------------------------

const hasButton = (message, part) => message.buttons.flat().some(({ callback_data }) => callback_data?.includes(part));
const announcement = (messages) => messages.findLast((message) => hasButton(message, ":coming"));

// What the step begins with: the newest message, the list of answers, and the clock.
function marked() {
  const messages = now.chat.messages.filter((message) => !message.frozen);
  return { last: messages.at(-1)?.id ?? 0, list: announcement(messages)?.text ?? "", at: now.state.now };
}

const ENDS = {
  asked: (fresh) => fresh.some((message) => hasButton(message, "confirm:")),
  announced: (fresh) => Boolean(announcement(fresh)),
  counted: (_, mark) => (announcement(now.chat.messages)?.text ?? "") !== mark.list,
  heard: (fresh) => fresh.some((message) => message.is_bot || message.reactions.length),
  later: (_, mark) => new Date(now.state.now) - new Date(mark.at) > 6 * 86400_000,
};

// What came of it: the top of the announcement, or its answers, which stand above the folded
// languages. Both are far from its end, and it is longer than a phone's window.
function showWhat(what) {
  const list = announcement(now.chat.messages);
  const node = list && document.querySelector(`[data-key="${list.key}"]`);
  if (!node) return;
  const folded = what === "answers" ? node.querySelector("blockquote") : null;
  (folded ?? node).scrollIntoView({ block: folded ? "end" : "start", behavior: "instant" });
}

function isDone(step) {
  const fresh = now.chat.messages.filter((message) => !message.frozen && message.id > tour.mark.last);
  return ENDS[step.dataset.until](fresh, tour.mark);
}

// --- the card -------------------------------------------------------------------------------------

function show() {
  const step = current();
  card.hidden = now === null || tour.step === null;
  seen("tour-invitation").hidden = step !== null;
  for (const one of steps) one.hidden = one !== step;
  if (step) {
    step.querySelector(".tour-do").hidden = tour.done;
    step.querySelector(".tour-seen").hidden = !tour.done;
  }
  showButtons(step);
  showPointed();
}

function showButtons(step) {
  const next = seen("tour-next");
  const isLast = tour.step === steps.length;
  const runs = step?.dataset.travels && !tour.done;
  seen("tour-count").textContent = step ? words.tour_count.replace("{step}", tour.step).replace("{steps}", steps.length) : "";
  seen("tour-end").hidden = Boolean(step) && isLast && tour.done;
  seen("tour-end").textContent = step ? words.tour_end : words.tour_not_now;
  seen("tour-back").hidden = !step || tour.done || isThere(step);
  if (!step) next.textContent = words.tour_begin;
  else if (runs) next.textContent = words[`tour_${step.dataset.travels}`];
  else if (tour.done) next.textContent = isLast ? words.tour_thanks : words.tour_next;
  else next.textContent = words.tour_skip;
  next.classList.toggle("tour-main", !step || tour.done || Boolean(runs));
  next.disabled = travelling;
  next.setAttribute("aria-busy", String(travelling));
}

function showPointed() {
  const wasPointed = document.querySelector(".pointed") !== null;
  for (const node of document.querySelectorAll(".pointed")) node.classList.remove("pointed");
  const step = current();
  if (!step?.dataset.point || tour.done || !isThere(step)) return;
  // The send button only while there is something to send.
  const found = [...document.querySelectorAll(step.dataset.point)].filter((node) => node.id !== "send" || seen("write").value);
  const node = found.at(-1);
  if (!node || pressed.has(node.dataset.data)) return;
  node.classList.add("pointed");
  if (!wasPointed) node.scrollIntoView({ block: "nearest" });
}

// --- going through it --------------------------------------------------------------------------------

function goTo(step) {
  wanted = step.dataset.fill || null;
  const address = `#${step.dataset.as}/${group}`;
  if (location.hash !== address) location.hash = address;
  else arrived();
}

// One is who the step needs: its beginning is noted once, and its words are put into the box.
function arrived() {
  const step = current();
  if (!step || !isThere(step)) return;
  if (!tour.mark) keep({ ...tour, mark: marked() });
  if (wanted === null) return;
  const reply = step.dataset.reply ? announcement(now.chat.messages) : null;
  document.dispatchEvent(new CustomEvent("prepare", { detail: { text: wanted, reply } }));
  wanted = null;
  showPointed();
}

function begin(number) {
  pressed = new Set();
  keep({ step: number, mark: null, done: false });
  goTo(current());
}

async function travel(step) {
  travelling = true;
  show();
  try {
    if (step.dataset.travels === "week") await tell("/page/travel", { seconds: 7 * 86400 });
    else await travelToPost(step);
  } catch {
    // The clock was already on its way, or the server is away: the page says so by itself.
  }
  travelling = false;
  show();
}

// Other groups have their own things due: the clock runs on until something is said in this one.
async function travelToPost(step) {
  for (let turn = 0; turn < LONGEST_WAIT && current() === step && !tour.done; turn += 1) {
    const { due } = await tell("/page/travel", {});
    if (!due) return;
    await new Promise((resolve) => { document.addEventListener("shown", resolve, { once: true }); });
  }
}

function next() {
  const step = current();
  if (step?.dataset.travels && !tour.done) {
    if (isThere(step)) travel(step);
    else goTo(step);
  } else if (tour.step < steps.length) begin(tour.step + 1);
  else end();
}

function end() {
  keep({ step: null });
  seen("tour-again").focus();
}

function notePress({ target }) {
  const button = target.closest(".pointed[data-data]");
  if (button) pressed.add(button.dataset.data);
}

function follow({ detail }) {
  now = detail;
  const step = current();
  if (!step) return show();
  arrived();
  if (!tour.mark || tour.done || !isThere(step) || !isDone(step)) return show();
  keep({ ...tour, done: true });
  if (step.dataset.shows) showWhat(step.dataset.shows);
}

if (steps.length) {
  document.addEventListener("shown", follow);
  document.addEventListener("click", notePress, { capture: true });
  seen("tour-next").addEventListener("click", next);
  seen("tour-end").addEventListener("click", end);
  seen("tour-back").addEventListener("click", () => goTo(current()));
  seen("tour-again").addEventListener("click", () => begin(1));
  seen("write").addEventListener("input", showPointed);
  seen("form").addEventListener("submit", () => queueMicrotask(showPointed));
}
