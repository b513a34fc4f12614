// Elements from data. Text is only ever text: nothing that a guest named is parsed as markup.

/** An element. Properties that begin with "on" are listeners; null and false leave a property out. */
export function h(tag, properties = {}, ...children) {
  const element = tag.includes(':')
    ? document.createElementNS('http://www.w3.org/2000/svg', tag.slice(tag.indexOf(':') + 1))
    : document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? '' : String(value));
  }
  add(element, children);
  return element;
}

/** Adds children to an element; null and false are none. */
export function add(element, ...children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) element.append(child);
  }
}

/** Puts other children in an element. */
export function fill(element, ...children) {
  element.replaceChildren();
  add(element, children);
}

/** Loads a library that is a classic script, once. */
const loaded = new Map();
export function script(source) {
  if (!loaded.has(source)) {
    loaded.set(source, new Promise((resolve, reject) => {
      document.head.append(h('script', {src: source, onload: resolve, onerror: () => reject(new Error(`${source} cannot be loaded`))}));
    }));
  }
  return loaded.get(source);
}

/** A colour of the style sheet. */
export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
