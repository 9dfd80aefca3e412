import { make } from "./dom.js";

const TAGS = {
  bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "code",
  blockquote: "q", spoiler: "span", text_link: "a", bot_command: "span",
};
const KINDS = { contact: "👤 جهة اتصال", voice: "🎤 رسالة صوتية", photo: "🖼 صورة", template: "قالب معتمد" };
const TICKS = ["", "أُرسلت", "وصلت", "قُرئت"];
const clock = new Intl.DateTimeFormat("ar-u-nu-latn", { hour: "numeric", minute: "2-digit" });

/** Draw one message; act(action) is called with what the person does on it. */
export function bubble(item, act, open) {
  const body = make(
    "div",
    { class: "bubble" },
    item.kind ? make("div", { class: "kind" }, KINDS[item.kind] ?? item.kind) : null,
    item.header ? make("div", { class: "head", dir: "auto" }, item.header) : null,
    item.file ? file(item) : null,
    item.text ? make("div", { class: "text", dir: "auto" }, ...marked(item.text, item.marks)) : null,
    item.footer ? make("div", { class: "foot", dir: "auto" }, item.footer) : null,
    meta(item),
  );
  return make(
    "li",
    { class: item.own ? "row own" : "row" },
    body,
    ...item.buttons.map((row) => make("div", { class: "buttons" }, ...row.map((one) => button(item, one, act)))),
    item.choices ? make("div", { class: "buttons" }, opener(item, act, open)) : null,
  );
}

function button(item, one, act) {
  const press = () => act({ do: "press", item: item.id, value: one.value });
  return make("button", { type: "button", class: one.waiting ? "waiting" : "", onclick: press, dir: "auto" }, one.label);
}

function opener(item, act, open) {
  const choose = (value) => act({ do: "choose", item: item.id, value });
  const show = () => open(item.choices, choose);
  return make("button", { type: "button", class: "opener", onclick: show, dir: "auto" }, `☰ ${item.choices.button}`);
}

function file(item) {
  const size = item.file.size < 1024 ? `${item.file.size} B` : `${Math.ceil(item.file.size / 1024)} KB`;
  return make(
    "a",
    { class: "file", href: `file/${item.id}`, download: true },
    make("span", { class: "sheet-icon", "aria-hidden": "true" }, "📄"),
    make("span", { class: "file-name", dir: "auto" }, item.file.name),
    make("span", { class: "file-size", dir: "ltr" }, size),
  );
}

function meta(item) {
  const ticks = item.own && item.ticks
    ? make("span", { class: item.ticks === 3 ? "ticks read" : "ticks", title: TICKS[item.ticks] }, item.ticks > 1 ? "✓✓" : "✓")
    : null;
  const edited = item.is_edited ? make("span", {}, "عُدّلت") : null;
  return make("div", { class: "meta" }, edited, make("time", {}, clock.format(item.at * 1000)), ticks);
}

/** Cut a text at the ends of its marks; offsets are UTF-16 units, as JavaScript's own. */
function marked(text, marks) {
  const cuts = new Set([0, text.length]);
  for (const mark of marks) cuts.add(mark.offset).add(mark.offset + mark.length);
  const places = [...cuts].sort((one, other) => one - other);
  return places.slice(0, -1).map((start, number) => {
    const end = places[number + 1];
    const over = marks.filter((mark) => mark.offset <= start && mark.offset + mark.length >= end);
    return over.reduce(wrapped, document.createTextNode(text.slice(start, end)));
  });
}

function wrapped(inner, mark) {
  const link = mark.type === "text_link" && /^https?:/.test(mark.url)
    ? { href: mark.url, target: "_blank", rel: "noreferrer" }
    : {};
  return make(TAGS[mark.type] ?? "span", link, inner);
}
