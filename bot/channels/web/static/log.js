// The log: both sides' bubbles in order, the buttons, the typing sign and the scrolling.

import { direction, translate } from "./phrases.js";
import { quote } from "./quotes.js";

const NEAR_END_PX = 48;
const TYPING_MS = 20_000;
const GAP_PX = 12;
const PICTURES = new Set(["image/png", "image/jpeg"]);
const STARTS_WITH_SIGN = /^\p{Extended_Pictographic}/u;

function fromTemplate(id) {
  const copy = document.getElementById(id).content.firstElementChild.cloneNode(true);
  translate(copy);
  return copy;
}

function file(id, name) {
  const link = fromTemplate("file");
  link.href = `/files/${encodeURIComponent(id)}`;
  // Should it be gone, the conversation still stays on the page.
  link.download = name;
  link.querySelector(".file-name").textContent = name;
  return link;
}

// Who cannot see a picture is told what it shows; who taps it gets the file.
function picture(id, name, says) {
  const link = fromTemplate("picture");
  link.href = `/files/${encodeURIComponent(id)}`;
  link.download = name;
  const image = link.querySelector("img");
  image.src = link.href;
  image.alt = says || name;
  return link;
}

export class Log {
  #element = document.getElementById("log");
  #news = document.getElementById("news");
  #rows = [];
  #answers = new Map();
  #own = new Map();
  #typing = null;
  #typingTimer = 0;
  #added = 0;
  #isAtEnd = true;
  #isReplaying = false;
  #replayTimer = 0;
  #press;
  #isPressed;

  constructor({ press, isPressed }) {
    this.#press = press;
    this.#isPressed = isPressed;
    this.#element.addEventListener("scroll", () => this.#noteScroll(), { passive: true });
    this.#news.addEventListener("click", () => {
      this.#scrollToEnd();
      this.#element.focus({ preventScroll: true });
    });
    new ResizeObserver(() => this.#isAtEnd && this.#scrollToEnd()).observe(this.#element);
  }

  // A replay is not news: it is not read out, and it is scrolled through.
  replay() {
    this.#isReplaying = true;
    this.#element.setAttribute("aria-busy", "true");
    this.#replayEndsSoon();
  }

  addOwn(id, text, after, isSent) {
    const row = fromTemplate("own");
    row.querySelector(".body").textContent = text;
    this.#own.set(id, row);
    this.#insert(row, after, ++this.#added);
    if (isSent) this.markSent(id);
    this.#scrollToEnd();
  }

  markSent(id) {
    this.#own.get(id)?.querySelector(".pending")?.remove();
  }

  removeOwn(id) {
    const row = this.#own.get(id);
    row?.remove();
    this.#own.delete(id);
    this.#rows = this.#rows.filter(({ element }) => element !== row);
  }

  addAnswer(number, message) {
    this.hideTyping();
    if (this.#isReplaying) this.#replayEndsSoon();
    const edited = message.edits ? this.#answers.get(message.edits) : undefined;
    if (edited) {
      // A later edit may name either number.
      this.#answers.set(String(number), edited);
      this.#fill(edited, message);
      return;
    }
    for (const { row } of this.#answers.values()) {
      // A bare word of thanks must not take away what the answer before it still offers.
      if (message.buttons.length > 0 || row.querySelector('[aria-pressed="true"]')) this.#retire(row);
    }
    const answer = { number: String(number), row: fromTemplate("answer") };
    this.#answers.set(answer.number, answer);
    this.#fill(answer, message);
    const follows = this.#isAtEnd || this.#isReplaying;
    this.#insert(answer.row, number, 0);
    if (follows) this.#scrollToStart(answer.row);
    else this.#news.hidden = false;
  }

  showTyping() {
    const isAtEnd = this.#isAtEnd;
    this.#typing ??= fromTemplate("typing");
    this.#element.append(this.#typing);
    if (isAtEnd) this.#scrollToEnd();
    clearTimeout(this.#typingTimer);
    this.#typingTimer = setTimeout(() => this.hideTyping(), TYPING_MS);
  }

  hideTyping() {
    clearTimeout(this.#typingTimer);
    this.#typing?.remove();
    this.#typing = null;
  }

  #fill({ number, row }, message) {
    const blocks = row.querySelector(".blocks");
    const choices = row.querySelector(".choices");
    for (const part of [blocks, choices]) {
      // Not the row: each side of the conversation stays on its side of the page.
      part.lang = message.language;
      part.dir = direction(message.language);
    }
    row.classList.remove("is-past");
    blocks.replaceChildren(...message.blocks.map((block) => this.#block(...block)));
    if (message.document) this.#attach(blocks, ...message.document);
    const hadFocus = choices.contains(document.activeElement);
    const buttons = message.buttons.map(([label, data]) => this.#button(number, label, data));
    choices.replaceChildren(...buttons);
    choices.hidden = buttons.length === 0;
    if (hadFocus) (buttons[0] ?? this.#element).focus({ preventScroll: true });
  }

  // A picture comes before the words about it, a file behind them.
  #attach(blocks, id, name, mediaType, says) {
    if (PICTURES.has(mediaType)) blocks.prepend(picture(id, name, says));
    else blocks.append(file(id, name));
  }

  #block(kind, text, quoted) {
    const block = document.createElement("p");
    block.className = `block block-${kind}`;
    if (kind === "verdict" && !STARTS_WITH_SIGN.test(text)) block.append(fromTemplate("verdict-mark"));
    const words = document.createElement("span");
    words.textContent = text;
    block.append(words);
    if (quoted) block.append(quote(quoted, this.#bodyOf(quoted.event)));
    return block;
  }

  // An event is known by its session and the id of its frame.
  #bodyOf(event) {
    return this.#own.get(event.split(":").at(-1))?.querySelector(".body");
  }

  #button(number, label, data) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "choice";
    button.textContent = label;
    if (this.#isPressed(number, data)) this.#choose(button);
    button.addEventListener("click", () => {
      if (button.getAttribute("aria-pressed") === "true") return;
      this.#choose(button);
      this.#press(number, data);
    });
    return button;
  }

  // Not `disabled`: that would throw the keyboard's focus back to the top of the page.
  #choose(button) {
    button.setAttribute("aria-pressed", "true");
    button.setAttribute("aria-disabled", "true");
  }

  #retire(row) {
    const focused = document.activeElement;
    row.classList.add("is-past");
    if (row.contains(focused) && focused.getAttribute("aria-pressed") !== "true") {
      this.#element.focus({ preventScroll: true });
    }
  }

  // After the answer with the same number come the texts that were written when it was the newest.
  #insert(element, number, sequence) {
    let place = this.#rows.length;
    while (place > 0) {
      const before = this.#rows[place - 1];
      if (before.number < number || (before.number === number && before.sequence < sequence)) break;
      place -= 1;
    }
    const next = this.#rows[place]?.element ?? this.#typing;
    this.#element.insertBefore(element, next);
    this.#rows.splice(place, 0, { element, number, sequence });
  }

  #replayEndsSoon() {
    clearTimeout(this.#replayTimer);
    this.#replayTimer = setTimeout(() => {
      this.#isReplaying = false;
      this.#element.removeAttribute("aria-busy");
    }, 700);
  }

  #noteScroll() {
    const { scrollHeight, scrollTop, clientHeight } = this.#element;
    this.#isAtEnd = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
    if (this.#isAtEnd) this.#news.hidden = true;
  }

  #scrollToEnd() {
    this.#element.scrollTop = this.#element.scrollHeight;
    this.#isAtEnd = true;
    this.#news.hidden = true;
  }

  // A long answer is read from its start.
  #scrollToStart(row) {
    this.#element.scrollTop = row.offsetTop - GAP_PX;
    this.#noteScroll();
  }
}
