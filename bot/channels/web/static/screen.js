// The trainer's screen: asks the server what to show, and counts the seconds of a code down.

const ASK_MS = 2000;
const HURRY_S = 5;
const STEP_MS = 30000;
const KEPT = "waai_screen";

const found = (id) => document.getElementById(id);
const spoken = new Map();
for (const entry of found("phrases").content.children) {
  for (const phrase of entry.children) {
    spoken.set(`${entry.dataset.key}.${phrase.lang}`, phrase.textContent);
  }
}

let ends = 0;
let shown = "";

// The address is a secret that everybody in the room could read off the screen: it is put away.
function findSecret() {
  const [, secret] = /^\/session\/([0-9a-f]{32})$/.exec(location.pathname) ?? [];
  if (secret) {
    sessionStorage.setItem(KEPT, secret);
    history.replaceState(null, "", "/session/");
  }
  return sessionStorage.getItem(KEPT);
}

function notify(key) {
  for (const language of ["ar", "en"]) {
    found(`notice-${language}`).textContent = spoken.get(`${key}.${language}`) ?? "";
  }
}

function write(words) {
  const [title, ...facts] = words.ar;
  found("title-ar").textContent = title;
  found("title-en").textContent = words.en[0] === title ? "" : words.en[0];
  found("facts-ar").replaceChildren(
    ...facts.map((fact) => Object.assign(document.createElement("p"), { textContent: fact })),
  );
}

function picture(secret, way, code) {
  const figure = found("scan").content.cloneNode(true);
  const image = figure.querySelector("img");
  image.src = `/session/${secret}/qr/${way}.svg?${code}`;
  image.alt = spoken.get(`${way}.ar`);
  figure.querySelector("figcaption").textContent = image.alt;
  return figure;
}

function showCode(secret, told) {
  const code = told.code ?? "";
  ends = performance.now() + told.left_ms;
  if (code === shown) return;
  shown = code;
  found("code").textContent = code.replace(/^(...)/, "$1 ");
  found("scans").replaceChildren(...told.ways.map((way) => picture(secret, way, code)));
}

function show(secret, told) {
  const page = document.body;
  page.dataset.state = told.state;
  page.dataset.ways = told.ways.length;
  const isOn = told.state === "on";
  found("entry").hidden = !isOn;
  found("scans").hidden = !isOn || told.ways.length === 0;
  found("notice").hidden = isOn;
  found("present").textContent = told.present;
  found("registered").textContent =
    told.capacity === null ? told.registered : `${told.registered} / ${told.capacity}`;
  write(told.words);
  notify(told.state);
  showCode(secret, told);
}

// A code that cannot be renewed is taken away when its time is up.
function count() {
  const left = Math.max(0, ends - performance.now());
  const seconds = Math.ceil(left / 1000);
  found("seconds").textContent = seconds;
  found("ring").setAttribute("stroke-dashoffset", String(100 - (100 * left) / STEP_MS));
  document.body.toggleAttribute("data-hurry", seconds <= HURRY_S);
  if (left === 0 && shown) {
    shown = "";
    found("code").textContent = "··· ···";
    found("scans").replaceChildren();
  }
}

function showUnknown() {
  document.body.dataset.state = "unknown";
  for (const id of ["entry", "scans"]) found(id).hidden = true;
  found("notice").hidden = false;
  notify("unknown");
}

async function ask(secret) {
  try {
    const answer = await fetch(`/session/${secret}/state`, { cache: "no-store" });
    if (answer.status === 404) showUnknown();
    else if (answer.ok) show(secret, await answer.json());
    found("offline").hidden = answer.ok || answer.status === 404;
  } catch {
    found("offline").hidden = false;
  }
}

async function askForEver(secret) {
  for (;;) {
    await ask(secret);
    const untilNext = ends - performance.now() + 50;
    const wait = untilNext > 0 ? Math.min(ASK_MS, untilNext) : ASK_MS / 4;
    await new Promise((done) => setTimeout(done, wait));
  }
}

const secret = findSecret();
if (secret) {
  setInterval(count, 100);
  askForEver(secret);
} else {
  showUnknown();
}
