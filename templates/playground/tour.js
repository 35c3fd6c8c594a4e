// The guided tour: eight steps, whose words and people stand in tour.html. How far a visitor is
// is kept in this window alone, so that a second window can be somebody who just looks on.

import { seen, tell, words } from "./base.js";

const LONGEST_WAIT = 20; // things that fall due elsewhere before what the visitor waits for
const LONGEST = 6.9 * 86400_000; // milliseconds from the first step on: by then its Thursday is over
const TOO_SOON = 600; // milliseconds after which a second press is meant
const card = seen("tour");
const steps = [...document.querySelectorAll("[data-step]")];
let now = null; // the last { state, chat, place }
let group = Number(words.tour_chat);
let tour = load(); // { step, start, mark, done, group } · step 0 is the invitation, null means it is over
let wanted = current()?.dataset.fill || null; // what is put into the box once one is the right person in the right chat
let travelling = false;
let pressed = new Set(); // buttons of this step that were pressed: they are not pointed at again
let begun = -Infinity; // when the step began, on the window's own clock

function load() {
  try {
    const kept = JSON.parse(sessionStorage.getItem("tour")) ?? { step: 0 };
    return kept.group && kept.group !== group ? rehoused(kept) : kept;
  } catch {
    return { step: 0 };
  }
}

// A group that became a supergroup counts its messages anew: all that stands there is new.
const rehoused = (kept) => ({ ...kept, group, start: kept.start && { ...kept.start, last: 0 }, mark: kept.mark && { ...kept.mark, last: 0 } });

function keep(next) {
  tour = { ...next, group };
  sessionStorage.setItem("tour", JSON.stringify(tour));
  show();
}

function current() {
  return steps[tour.step - 1] ?? null;
}

const isThere = (step) => now?.place.person === Number(step.dataset.as) && now.place.chat === group && now.chat?.id === group;

// --- what ends a step ---------------------------------------------------------------------------

const since = (mark) => now.chat.messages.filter((message) => !message.frozen && message.id > (mark?.last ?? 0));
const hasButton = (message, part) => message.buttons.flat().some(({ callback_data }) => callback_data?.includes(part));
const announced = (messages) => messages.findLast((message) => hasButton(message, ":coming"));
// Of the meeting of this tour, and of no other one of the group.
const announcement = () => announced(since(tour.start));

// What the step begins with: the newest message, and the clock.
const marked = () => ({ last: since(null).at(-1)?.id ?? 0, at: now.state.now });

const passed = (mark) => new Date(now.state.now) - new Date(mark.at);

const ENDS = {
  asked: (fresh) => fresh.some((message) => hasButton(message, "confirm:")),
  announced: (fresh) => Boolean(announced(fresh)),
  counted: () => Boolean(announcement()?.text.split("\n").some((line) => line.startsWith("✅") && line.includes(current().dataset.organisation))),
  heard: (fresh) => fresh.some((message) => message.author_id === now.place.person && message.reactions.length),
  later: () => passed(tour.mark) > 6 * 86400_000,
};

// A step about the meeting has nothing to go on with when it was never planned, or is over.
const isLost = (step) => Boolean(step.dataset.answers && tour.mark && !tour.done && isThere(step) && (!announcement() || passed(tour.start) > LONGEST));

const isDone = (step) => ENDS[step.dataset.until](since(tour.mark));

// What came of it: the top of the announcement, its answers, which stand above the folded
// languages, or the newest. All are far from each other: it is longer than a phone's window.
function showWhat(what) {
  if (what === "newest") {
    seen("messages").scrollTop = seen("messages").scrollHeight;
    return;
  }
  const list = announcement();
  const node = list && document.querySelector(`[data-key="${list.key}"]`);
  if (!node) return;
  const folded = what === "answers" ? node.querySelector("blockquote") : null;
  (folded ?? node).scrollIntoView({ block: folded ? "end" : "start", behavior: "instant" });
}

// --- the card -------------------------------------------------------------------------------------

function show() {
  const step = current();
  card.hidden = now === null || tour.step === null;
  seen("tour-invitation").hidden = step !== null;
  for (const one of steps) one.hidden = one !== step;
  const lost = step !== null && isLost(step);
  seen("tour-lost").hidden = !lost;
  if (step) {
    step.querySelector(".tour-do").hidden = tour.done || lost;
    step.querySelector(".tour-seen").hidden = !tour.done;
  }
  showButtons(step, lost);
  showPointed();
}

function showButtons(step, lost) {
  const next = seen("tour-next");
  const isLast = tour.step === steps.length;
  const runs = step?.dataset.travels && !tour.done;
  seen("tour-count").textContent = step ? words.tour_count.replace("{step}", tour.step).replace("{steps}", steps.length) : "";
  seen("tour-end").hidden = Boolean(step) && isLast && tour.done;
  seen("tour-end").textContent = step ? words.tour_end : words.tour_not_now;
  seen("tour-back").hidden = !step || tour.done || isThere(step);
  next.textContent = words[`tour_${action(step, lost, isLast)}`];
  // Without a meeting there is nothing to see: the first step cannot be skipped.
  next.hidden = tour.step === 1 && !tour.done;
  next.classList.toggle("tour-main", !step || tour.done || lost || Boolean(runs));
  next.disabled = travelling;
  next.setAttribute("aria-busy", String(travelling));
}

// What the one button does that leads on.
function action(step, lost, isLast) {
  if (!step) return "begin";
  if (tour.done) return isLast ? "thanks" : "next";
  if (step.dataset.travels) return step.dataset.travels;
  return lost || tour.step === 2 ? "again" : "skip";
}

function showPointed() {
  const wasPointed = document.querySelector(".pointed") !== null;
  for (const node of document.querySelectorAll(".pointed")) node.classList.remove("pointed");
  const step = current();
  if (!step?.dataset.point || tour.done || !tour.mark || !isThere(step) || isLost(step)) return;
  const node = [...document.querySelectorAll(step.dataset.point)].filter(isOfTour).at(-1);
  if (!node || pressed.has(node.dataset.data)) return;
  node.classList.add("pointed");
  if (!wasPointed) node.scrollIntoView({ block: "nearest" });
}

// The send button only while there is something to send; other buttons only of this tour's messages.
function isOfTour(node) {
  if (node.id === "send") return seen("write").value;
  return Number(node.closest("[data-message]")?.dataset.message) > tour.start.last;
}

// --- going through it --------------------------------------------------------------------------------

function goTo(step) {
  wanted = step.dataset.fill || null;
  const address = `#${step.dataset.as}/${group}`;
  if (location.hash !== address) location.hash = address;
  else arrived();
}

// One is who the step needs: its beginning is noted once, and its words are put into the box,
// also after a reload, as long as they were not sent.
function arrived() {
  const step = current();
  if (!step || !isThere(step)) return;
  if (!tour.mark) {
    const mark = marked();
    keep({ ...tour, mark, start: tour.step === 1 ? mark : tour.start });
  }
  if (wanted === null || tour.done) return;
  const isSaid = since(tour.mark).some((message) => message.author_id === now.place.person);
  const reply = step.dataset.answers === "reply" ? announcement() ?? null : null;
  if (!isSaid && !isLost(step)) document.dispatchEvent(new CustomEvent("prepare", { detail: { text: wanted, reply } }));
  wanted = null;
  showPointed();
}

// The first step plans a meeting on Thursday at ten. From here on no reminder would come before it.
function isTooNear() {
  const wanted = { weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const format = new Intl.DateTimeFormat("en-GB", { timeZone: now.state.zone, ...wanted });
  return /^Thu\D*(08:[345]|09:)/.test(format.format(new Date(now.state.now)));
}

async function begin(number) {
  if (number === 1 && isTooNear()) await running(() => jump(2 * 3600));
  pressed = new Set();
  begun = performance.now();
  keep({ step: number, start: number === 1 ? null : tour.start, mark: null, done: false });
  goTo(current());
}

async function running(journey) {
  travelling = true;
  show();
  try {
    await journey();
  } catch {
    // The clock was already on its way, or the server is away: the page says so by itself.
  }
  travelling = false;
  show();
}

const travel = (step) => running(() => (step.dataset.travels === "week" ? jump(7 * 86400) : travelToPost(step)));

async function jump(seconds) {
  await tell("/page/travel", { seconds });
  await news();
}

const news = () => new Promise((resolve) => { document.addEventListener("shown", resolve, { once: true }); });

// Other groups have their own things due: the clock runs on until something is said in this one.
async function travelToPost(step) {
  for (let turn = 0; turn < LONGEST_WAIT && current() === step && !tour.done; turn += 1) {
    const { due } = await tell("/page/travel", {});
    if (!due) return;
    await news();
  }
}

function next() {
  const step = current();
  const what = action(step, step !== null && isLost(step), tour.step === steps.length);
  // The second press of two belongs to the button that was there before.
  if (["skip", "again"].includes(what) && performance.now() - begun < TOO_SOON) return;
  if (what === "again") begin(1);
  else if (what === step?.dataset.travels) isThere(step) ? travel(step) : goTo(step);
  else if (what === "thanks") end();
  else if (tour.step < steps.length) begin(tour.step + 1);
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
  const moved = now.state.chats.find((one) => one.was === group);
  if (moved) {
    group = moved.id;
    keep(rehoused(tour));
  }
  const step = current();
  if (!step) return show();
  arrived();
  if (!tour.mark || tour.done || !isThere(step) || isLost(step) || !isDone(step)) return show();
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
