import { bubble } from "./bubbles.js";
import { draw, make } from "./dom.js";

const PLATFORMS = { telegram: "على تيليجرام", whatsapp: "على واتساب" };
const PRESENCE = { telegram: "بوت", whatsapp: "حساب أعمال" };
const LATE = "مضى يوم منذ رسالتك الأخيرة";
const START = { telegram: "ابدأ", whatsapp: "" };
const RARE = {
  own_contact: "شارك رقمي",
  other_contact: "أرسل بطاقة شخص آخر",
  voice: "أرسل رسالة صوتية",
  photo: "أرسل صورة",
  username: "أخفِ رقمي باسم مستخدم",
  day: "مضى يوم: لا تصل إلا القوالب",
  today: "عُد إلى يومك: تصل كل الردود",
  block: "احظر واعي",
  unblock: "ارفع الحظر",
};
const REFUSALS = {
  blocked: "حظرتَ واعي: ارفع الحظر أولاً.",
  length: "الرسالة فارغة، أو أطول مما تسمح به المنصة.",
  gone: "لم يعد هذا الزر موجوداً.",
  unknown: "لا يمكن ذلك هنا.",
};
const $ = (id) => document.getElementById(id);

let socket;
let shown = null;
let person = "";
const drafts = {};

function connect() {
  socket = new WebSocket(`ws://${location.host}/wire`);
  socket.addEventListener("message", ({ data }) => {
    const told = JSON.parse(data);
    if (told.refused) tell(REFUSALS[told.refused] ?? told.refused);
    else show(told);
  });
  socket.addEventListener("close", () => {
    tell("انتهى العرض، أو انقطع الاتصال به.");
    setTimeout(connect, 1000);
  });
}

function act(action) {
  socket.send(JSON.stringify({ person, ...action }));
}

function tell(notice) {
  $("notice").textContent = notice;
  $("notice").hidden = !notice;
}

function show(told) {
  shown = told;
  person ||= told.people[0].id;
  document.body.dataset.platform = told.platform;
  $("platform").textContent = PLATFORMS[told.platform] ?? told.platform;
  tell(told.ready ? "" : "واعي يبدأ الآن…");
  draw($("people"), told.people.map((one) => ({ ...one, current: one.id === person })), (one) => one.id, tab);
  showChat(told.chats[person]);
  showWire(told);
}

function tab(one) {
  return make(
    "button",
    { type: "button", "aria-pressed": String(one.current), onclick: () => become(one.id) },
    one.name,
    make("small", { dir: "ltr" }, one.note),
  );
}

function become(id) {
  drafts[person] = $("text").value;
  person = id;
  $("text").value = drafts[id] ?? "";
  $("talk").replaceChildren();
  $("window").scrollTop = 0;
  closeMenu();
  show(shown);
  grow();
}

function showChat(chat) {
  draw($("talk"), chat.items, (item) => item.id, (item) => bubble(item, act, openSheet));
  if (document.visibilityState === "visible" && chat.items.some((item) => item.is_unread)) act({ do: "read" });
  const presence = chat.is_late ? LATE : PRESENCE[shown.platform];
  $("presence").textContent = chat.is_typing ? "يكتب…" : presence;
  $("presence").classList.toggle("typing", chat.is_typing);
  showReplies(chat);
  const offer = chat.is_blocked ? RARE.unblock : chat.items.length ? "" : START[shown.platform];
  $("start").textContent = offer;
  $("start").hidden = !offer;
  $("write").hidden = Boolean(offer);
  draw($("menu"), entries(chat), (entry) => entry.label, menuEntry);
}

function showReplies(chat) {
  const replies = $("replies");
  replies.hidden = !chat.replies.length || chat.is_blocked;
  draw(replies, chat.replies, (row) => row[0].value, (row) => make(
    "div",
    {},
    ...row.map((one) => make(
      "button", { type: "button", dir: "auto", onclick: () => act({ do: "reply", value: one.value }) }, one.label,
    )),
  ));
}

function entries(chat) {
  const rare = chat.can.map((name) => ({ label: RARE[name] ?? name, action: { do: name } }));
  const commands = chat.commands.map(([name, does]) => ({
    label: `/${name}  ${does}`, action: { do: "say", text: `/${name}` },
  }));
  return [...commands, ...rare];
}

function menuEntry(entry) {
  const choose = () => {
    closeMenu();
    act(entry.action);
  };
  return make("li", {}, make("button", { type: "button", onclick: choose, dir: "auto" }, entry.label));
}

function closeMenu() {
  $("menu").hidden = true;
  $("more").setAttribute("aria-expanded", "false");
}

function openSheet(choices, choose) {
  const sheet = $("sheet");
  let section = "";
  const rows = choices.rows.flatMap((row) => {
    const head = row.section !== section ? make("h3", { dir: "auto" }, row.section) : null;
    section = row.section;
    const chosen = () => {
      sheet.close();
      choose(row.value);
    };
    const drawn = make(
      "button",
      { type: "button", onclick: chosen },
      make("span", { dir: "auto" }, row.label),
      row.description ? make("small", { dir: "auto" }, row.description) : null,
    );
    return head ? [head, drawn] : [drawn];
  });
  const { left, width, bottom } = $("phone").getBoundingClientRect();
  Object.assign(sheet.style, { left: `${left}px`, width: `${width}px`, bottom: `${innerHeight - bottom}px` });
  sheet.replaceChildren(make("h2", { dir: "auto" }, choices.button), ...rows);
  sheet.showModal();
}

function showWire(told) {
  const problems = $("problems");
  problems.hidden = !told.problems.length;
  problems.replaceChildren(...told.problems.map((problem) => make("li", {}, problem)));
  const newestFirst = [...told.wire].reverse();
  draw($("exchanges"), newestFirst, (one) => one.number, exchange);
}

function exchange(one) {
  const bad = one.note || one.status >= 400 || (one.ms !== null && one.status === 0);
  return make(
    "tr",
    { class: [one.is_poll ? "poll" : "", bad ? "bad" : ""].join(" ").trim(), title: one.note },
    make("td", {}, one.at.toFixed(2)),
    make("td", { "aria-label": one.is_push ? "webhook" : "call" }, one.is_push ? "←" : "→"),
    make("td", {}, one.method, one.note ? make("small", {}, one.note) : null),
    make("td", {}, one.status ? String(one.status) : "…"),
    make("td", {}, one.ms === null ? "…" : String(one.ms)),
  );
}

function send() {
  const text = $("text").value.trim();
  if (!text) return;
  act({ do: "say", text });
  $("text").value = "";
  grow();
  $("window").scrollTop = 0;
}

function grow() {
  $("text").rows = Math.min(5, $("text").value.split("\n").length);
}

$("write").addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
$("text").addEventListener("input", grow);
$("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    send();
  }
});
$("start").addEventListener("click", () => {
  act(shown.chats[person].is_blocked ? { do: "unblock" } : { do: "say", text: "/start" });
});
$("more").addEventListener("click", () => {
  $("menu").hidden = !$("menu").hidden;
  $("more").setAttribute("aria-expanded", String(!$("menu").hidden));
});
$("toggle").addEventListener("click", () => {
  const open = document.body.classList.toggle("with-wire");
  $("toggle").setAttribute("aria-expanded", String(open));
});
$("sheet").addEventListener("click", (event) => {
  if (event.target === $("sheet")) $("sheet").close();
});
connect();
