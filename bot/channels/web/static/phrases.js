// What the page itself says, in the language of the newest answer.

const spoken = new Map();
for (const entry of document.getElementById("phrases").content.children) {
  for (const phrase of entry.children) {
    spoken.set(`${entry.dataset.key}.${phrase.lang}`, phrase.textContent);
  }
}

const PLACES = [
  ["phrase", (element, text) => (element.textContent = text)],
  ["phraseLabel", (element, text) => element.setAttribute("aria-label", text)],
  ["phrasePlaceholder", (element, text) => (element.placeholder = text)],
];
const MARKED = "[data-phrase], [data-phrase-label], [data-phrase-placeholder]";

export function phrase(key) {
  return spoken.get(`${key}.${document.documentElement.lang}`) ?? "";
}

export function direction(language) {
  return language === "ar" ? "rtl" : "ltr";
}

export function translate(root) {
  for (const element of root.querySelectorAll(MARKED)) {
    for (const [name, put] of PLACES) {
      const key = element.dataset[name];
      if (key) put(element, phrase(key));
    }
  }
}

export function speak(language) {
  const page = document.documentElement;
  if (page.lang === language || !spoken.has(`name.${language}`)) return false;
  page.lang = language;
  page.dir = direction(language);
  document.title = phrase("name");
  translate(document);
  return true;
}
