// The chat page. All texts are put in as text, never as markup.

import { Log } from "./log.js";
import { load, save } from "./memory.js";
import { phrase, speak } from "./phrases.js";
import { MAX_FRAME_BYTES, newId, Wire } from "./wire.js";

const MAX_TEXT = 4000;
const COUNT_FROM = 3600;
const PATIENT_MS = 700;
// The same all day: the server takes an id once, so a second tab is not greeted again. What was
// said the day before the server has forgotten, and an empty page says nothing.
const TODAY = new Date().toISOString().slice(0, 10).replaceAll("-", "");
const START_ID = `00000000-0000-4000-8000-0000${TODAY}`;

// A code stands behind #, which no server and no log ever sees.
const LINK = /^#link=([A-Za-z0-9-]{1,64})$/;

const form = document.getElementById("form");
const input = document.getElementById("text");
const sendButton = document.getElementById("send");
const statusLine = document.getElementById("status");
const count = document.getElementById("count");

// What the person did, oldest first: {frame, after: the newest answer's number then, stored}.
let deeds = load("deeds", []);
let lastSeen = 0;
let state = "connecting";
let trouble = "";
let statusTimer = 0;

const log = new Log({
  press: (message, data) => act({ type: "press", id: newId(), message, data }),
  isPressed: (message, data) =>
    deeds.some(({ frame }) => frame.message === message && frame.data === data),
});
const wire = new Wire({
  lastSeen: () => lastSeen,
  nextFrame: () => deeds.find((deed) => !deed.stored)?.frame,
  received,
  changed,
  lostSession,
});

function act(frame) {
  deeds.push({ frame, after: lastSeen, stored: false });
  save("deeds", deeds);
  wire.flush();
  say();
}

function received(frame) {
  const takers = { stored, message: messageCame, typing: () => log.showTyping(), error: refused };
  if (frame.type !== "error" && frame.type !== "typing") trouble = "";
  takers[frame.type]?.(frame);
  say();
}

function stored({ id }) {
  const deed = deeds.find(({ frame }) => frame.id === id);
  if (deed) {
    deed.stored = true;
    // A code has done its work, and is kept nowhere.
    delete deed.frame.argument;
  }
  save("deeds", deeds);
  log.markSent(id);
}

function messageCame({ number, message }) {
  if (number <= lastSeen) return;
  lastSeen = number;
  log.addAnswer(number, message);
  if (speak(message.language)) say();
}

function refused({ code, id }) {
  trouble = code;
  if (code === "unavailable" || code === "slow_down") return;
  const deed = deeds.find(({ frame }) => frame.id === id);
  if (!deed) return;
  deeds = deeds.filter((other) => other !== deed);
  save("deeds", deeds);
  if (deed.frame.type !== "text") return;
  log.removeOwn(id);
  write([deed.frame.text, input.value].filter(Boolean).join("\n"));
}

function changed(to) {
  state = to;
  sendButton.disabled = to !== "online";
  if (to === "online") {
    save("reloaded", false);
    trouble = "";
  } else {
    log.hideTyping();
  }
  say();
}

// The cookie has gone: the page is loaded once more to get a new one. What was sent belongs to
// the old session; what was not sent goes with us.
function lostSession() {
  if (load("reloaded", false)) {
    changed("no_session");
    return;
  }
  const ours = ({ type, argument }) => type === "text" || argument;
  const unsent = deeds.filter((deed) => !deed.stored && ours(deed.frame));
  save("deeds", unsent.map((deed) => ({ ...deed, after: 0 })));
  save("reloaded", true);
  location.reload();
}

// What lasts only a moment is not said.
function say() {
  const isWaiting = deeds.some((deed) => !deed.stored);
  const key = state !== "online" ? state : trouble || (isWaiting ? "sending" : "");
  const isBrief = key === "sending" || key === "connecting";
  clearTimeout(statusTimer);
  if (isBrief && statusLine.dataset.key !== key) {
    statusTimer = setTimeout(() => show(key), PATIENT_MS);
  } else {
    show(key);
  }
}

function show(key) {
  const text = key ? phrase(key) : "";
  statusLine.dataset.key = key;
  if (statusLine.textContent !== text) statusLine.textContent = text;
}

function write(text) {
  input.value = text;
  typed();
}

function typed() {
  save("draft", input.value);
  // An empty field follows the page, for its placeholder's sake.
  input.dir = input.value ? "auto" : "";
  const length = [...input.value].length;
  count.hidden = length < COUNT_FROM;
  count.textContent = count.hidden ? "" : `${length} / ${MAX_TEXT}`;
  input.setAttribute("aria-invalid", String(length > MAX_TEXT));
  if (trouble === "too_long" && length <= MAX_TEXT) {
    trouble = "";
    say();
  }
  input.style.height = "auto";
  input.style.height = `${input.scrollHeight + input.offsetHeight - input.clientHeight}px`;
}

function submit() {
  // A lone half of a surrogate pair is no JSON.
  const text = input.value.replace(/\p{Surrogate}/gu, "\uFFFD").trim();
  if (!text || state !== "online") return;
  const frame = { type: "text", id: newId(), text };
  const bytes = new TextEncoder().encode(JSON.stringify(frame)).length;
  if ([...text].length > MAX_TEXT || bytes > MAX_FRAME_BYTES) {
    trouble = "too_long";
    say();
    return;
  }
  log.addOwn(frame.id, text, lastSeen, false);
  write("");
  act(frame);
}

// Opened by an enrolment link: the code is sent, once, and does not stay in the address.
function takeLink() {
  const code = LINK.exec(location.hash)?.[1];
  if (location.hash) history.replaceState(null, "", location.pathname + location.search);
  if (code) act({ type: "command", id: newId(), name: "link", argument: code });
}

// iOS lays its keyboard over the page instead of making the page smaller.
function fitAboveKeyboard() {
  // Zooming in shrinks it too, and must not move anything.
  if (visualViewport.scale > 1.01) return;
  document.documentElement.style.setProperty("--visible-height", `${visualViewport.height}px`);
  scrollTo(0, 0);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
  input.focus();
});
input.addEventListener("input", typed);
input.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  submit();
});
if (matchMedia("(pointer: coarse)").matches) {
  visualViewport?.addEventListener("resize", fitAboveKeyboard);
}

log.replay();
for (const { frame, after, stored: isSent } of deeds) {
  if (frame.type === "text") log.addOwn(frame.id, frame.text, after, isSent);
}
takeLink();
addEventListener("hashchange", takeLink);
if (!deeds.some(({ frame }) => frame.type === "command")) {
  deeds.unshift({ frame: { type: "command", id: START_ID, name: "start" }, after: 0, stored: false });
  save("deeds", deeds);
}
write(load("draft", ""));
if (matchMedia("(pointer: fine)").matches) input.focus();
say();
wire.connect();
