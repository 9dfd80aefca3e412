/** Make an element; whatever it says is text, never markup. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** Draw values into a list by key; an element stays where its value has not changed. */
export function draw(list, values, keyOf, drawn) {
  const old = new Map([...list.children].map((child) => [child.dataset.key, child]));
  values.forEach((value, place) => {
    const key = String(keyOf(value));
    const state = JSON.stringify(value);
    let element = old.get(key);
    old.delete(key);
    if (!element || element.dataset.state !== state) {
      const fresh = drawn(value);
      fresh.dataset.key = key;
      fresh.dataset.state = state;
      element?.replaceWith(fresh);
      element = fresh;
    }
    if (list.children[place] !== element) list.insertBefore(element, list.children[place] ?? null);
  });
  for (const element of old.values()) element.remove();
}
