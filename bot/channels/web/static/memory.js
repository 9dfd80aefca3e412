// What this tab keeps over a reload, and forgets when it is closed: the person's own messages,
// which the server does not keep, and the text that is not sent yet.

const PREFIX = "waai.";

export function load(key, otherwise) {
  try {
    return JSON.parse(sessionStorage.getItem(PREFIX + key)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

export function save(key, value) {
  try {
    sessionStorage.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // Storage is full or forbidden: the conversation goes on, a reload forgets.
  }
}
