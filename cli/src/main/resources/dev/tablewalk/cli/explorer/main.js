// The frame of the page: which checkpoint, which view, by the address behind the #.

import {h, fill} from './dom.js';
import {get, query} from './api.js';
import {printable} from './text.js';

const VIEWS = [
  ['overview', 'Overview'],
  ['memory', 'Memory'],
  ['space', 'Address space'],
  ['tables', 'Page tables'],
  ['graph', 'Graph'],
  ['ask', 'Ask'],
];

const view = document.getElementById('view');
const chooser = document.getElementById('checkpoint');
const checkpoints = await get('/api/checkpoints');
export const queries = await get('/api/queries');
let ending = new AbortController();
let shown = 0;

/** The address of a view: link('before', 'tables', {pa: '0x1000'}). */
export function link(checkpoint, name, parameters = {}) {
  const query = new URLSearchParams(parameters).toString();
  return `#/${encodeURIComponent(checkpoint)}/${name}${query === '' ? '' : '?' + query}`;
}

function place() {
  const [path, search] = location.hash.slice(1).split(/\?(.*)/s);
  const [, checkpoint, name] = path.split('/').map(decodeURIComponent);
  return {
    checkpoint: checkpoints.find((one) => one.name === checkpoint) ?? checkpoints[0],
    name: VIEWS.some(([key]) => key === name) ? name : 'overview',
    parameters: new URLSearchParams(search ?? ''),
  };
}

/** What a view works with. It ends when another is shown. */
class Context {
  constructor(place, signal) {
    this.checkpoint = place.checkpoint;
    this.checkpoints = checkpoints;
    this.name = place.name;
    this.parameters = place.parameters;
    this.signal = signal;
    this.queries = queries;
    this.ran = new Map();
    this.list = h('div', {class: 'ran-list'});
    this.count = h('span', {class: 'count'}, '0');
  }

  /** Asks the checkpoint, and keeps what was asked for whoever wants to see it. */
  async query(question) {
    this.keep(question);
    return query(this.checkpoint.name, question, this.signal);
  }

  keep({cypher, saved, parameters = {}}) {
    const text = cypher ?? this.queries.find((one) => one.id === saved)?.cypher ?? '';
    const key = text + JSON.stringify(parameters, (k, v) => (typeof v === 'bigint' ? v.toString() : v));
    if (this.ran.has(key)) return;
    const typed = Object.fromEntries(Object.entries(parameters).map(([k, v]) => [`p.${k}`, String(v)]));
    const target = saved ? {saved, ...typed} : {q: text, ...typed};
    const entry = h('div', {class: 'ran'},
      h('pre', {}, text.trim()),
      Object.keys(parameters).length > 0 && h('p', {class: 'soft'}, Object.entries(parameters).map(([k, v]) => `$${k} = ${printable(String(v))}`).join(', ')),
      h('a', {href: link(this.checkpoint.name, 'ask', target)}, 'Open in Ask'));
    this.ran.set(key, entry);
    this.list.prepend(entry);
    if (this.ran.size > 20) {
      const [first, element] = this.ran.entries().next().value;
      this.ran.delete(first);
      element.remove();
    }
    this.count.textContent = String(this.ran.size);
  }

  /** The address of another view of the same checkpoint. */
  link(name, parameters) {
    return link(this.checkpoint.name, name, parameters);
  }

  /** Changes this view's address without showing it anew. */
  remember(parameters) {
    for (const [key, value] of Object.entries(parameters)) {
      if (value === null || value === '') this.parameters.delete(key);
      else this.parameters.set(key, value);
    }
    history.replaceState(null, '', link(this.checkpoint.name, this.name, this.parameters));
  }

  /** The queries of this view, folded. */
  asked() {
    return h('details', {class: 'asked'}, h('summary', {}, 'Cypher of this view ', this.count), this.list);
  }
}

async function show() {
  const at = place();
  ending.abort();
  ending = new AbortController();
  const signal = ending.signal;
  const turn = ++shown;
  document.title = `${at.checkpoint.name} · ${VIEWS.find(([key]) => key === at.name)[1]} · tablewalk`;
  fill(chooser, checkpoints.map((one) => h('option', {value: one.name, selected: one === at.checkpoint}, one.name)));
  fill(document.getElementById('views'), VIEWS.map(([key, title], i) =>
    h('a', {href: link(at.checkpoint.name, key), 'aria-current': key === at.name ? 'page' : null, title: `${title} (${i + 1})`}, title)));
  view.className = at.name;
  view.dataset.state = 'loading';
  fill(view);
  try {
    const {render} = await import(`./${at.name}.js`);
    const context = new Context(at, signal);
    await render(context, view);
    if (turn === shown) view.dataset.state = 'ready';
  } catch (error) {
    if (signal.aborted) return;
    view.dataset.state = 'failed';
    view.append(h('p', {class: 'problem', role: 'alert'}, printable(String(error.message))));
  }
}

chooser.addEventListener('change', () => {
  const at = place();
  const parameters = at.name === 'ask' ? at.parameters : new URLSearchParams();
  location.hash = link(chooser.value, at.name, parameters);
});

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest('input, textarea, select, [contenteditable]')) return;
  const index = Number(event.key) - 1;
  if (index >= 0 && index < VIEWS.length) location.hash = link(place().checkpoint.name, VIEWS[index][0]);
  if (event.key === '/') {
    event.preventDefault();
    location.hash = link(place().checkpoint.name, 'ask');
  }
});

window.addEventListener('hashchange', show);
await show();
