// Words of the person's own post. The server keeps none of them: an answer says only where they
// stand, and this page fills them in from what the person wrote here.

import { phrase } from "./phrases.js";

const LONGEST = 60;
const spansOf = new WeakMap();

function clean(words) {
  return words.join("").replace(/\s+/g, " ").trim();
}

function shorten(words) {
  return words.length > LONGEST ? `${clean(words.slice(0, LONGEST))}…` : clean(words);
}

function mark(text) {
  const words = document.createElement("mark");
  words.textContent = text;
  return words;
}

// `body` holds the person's own text; none where this page does not have it (any more).
export function quote({ spans }, body) {
  const quoted = document.createElement("span");
  quoted.className = "quoted";
  if (!body) {
    quoted.append(": ", gone());
    return quoted;
  }
  // Code points, as the server counts.
  const text = [...body.textContent];
  quoted.append(":");
  for (const [start, end] of spans) {
    const words = document.createElement("bdi");
    words.append("«", mark(shorten(text.slice(start, end))), "»");
    quoted.append(" ", words);
  }
  highlight(body, text, spans);
  return quoted;
}

function gone() {
  const words = document.createElement("span");
  words.className = "gone";
  words.dataset.phrase = "quoted";
  words.textContent = phrase("quoted");
  return words;
}

function highlight(body, text, spans) {
  const all = [...(spansOf.get(body) ?? []), ...spans].sort((one, other) => one[0] - other[0]);
  spansOf.set(body, all);
  const parts = [];
  let place = 0;
  for (const [start, end] of all) {
    if (end <= place) continue;
    const from = Math.max(start, place);
    parts.push(text.slice(place, from).join(""), mark(text.slice(from, end).join("")));
    place = end;
  }
  body.replaceChildren(...parts, text.slice(place).join(""));
}
