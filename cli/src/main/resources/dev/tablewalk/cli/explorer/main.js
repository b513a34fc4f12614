// The frame of the page: which checkpoint, which view, by the address behind the #.

import {h, fill} from './dom.js';
import {get, query} from './api.js';
import {seriesOf} from './series.js';
import {strip} from './strip.js';
import {printable} from './text.js';

const VIEWS = [
  ['overview', 'Overview'],
  ['memory', 'Memory'],
  ['space', 'Address space'],
  ['tables', 'Page tables'],
  ['graph', 'Graph'],
  ['ask', 'Ask'],
  ['time', 'Time'],
];

const panes = [document.getElementById('view'), document.getElementById('other')];
const chooser = document.getElementById('checkpoint');
const besideChooser = document.getElementById('beside');
const timeline = document.getElementById('timeline');
const OTHER = 'r.'; // begins what the address tells of the other pane, where it differs
const checkpoints = await get('/api/checkpoints');
export const queries = await get('/api/queries');
let ending = new AbortController();
let shown = 0;

/** The address of a view: link('before', 'tables', {pa: '0x1000'}). */
export function link(checkpoint, name, parameters = {}) {
  const query = new URLSearchParams(parameters).toString();
  return `#/${encodeURIComponent(checkpoint)}/${name}${query === '' ? '' : '?' + query}`;
}

/** The address of two panes: what the other has otherwise is told apart. */
function linkBoth(place, name, left, right) {
  const parameters = new URLSearchParams(left);
  if (place.beside) {
    parameters.set('beside', place.beside.name);
    for (const [key, value] of right) if (left.get(key) !== value) parameters.set(OTHER + key, value);
  }
  return link(place.checkpoint.name, name, parameters);
}

/** Makes known the checkpoints that an address names: a moment of a series is opened when it is first gone to. */
async function admit(address) {
  const [path, search] = address.slice(1).split(/\?(.*)/s);
  const names = [decodeURIComponent(path.split('/')[1] ?? ''), new URLSearchParams(search ?? '').get('beside')];
  for (const name of names.filter(Boolean)) {
    if (!checkpoints.some((one) => one.name === name)) checkpoints.push(await get(`/api/checkpoints/${encodeURIComponent(name)}`));
  }
}

function place() {
  const [path, search] = location.hash.slice(1).split(/\?(.*)/s);
  const [, checkpoint, name] = path.split('/').map(decodeURIComponent);
  const left = new URLSearchParams();
  const others = [];
  let beside = null;
  for (const [key, value] of new URLSearchParams(search ?? '')) {
    if (key === 'beside') beside = checkpoints.find((one) => one.name === value) ?? null;
    else if (key.startsWith(OTHER)) others.push([key.slice(OTHER.length), value]);
    else left.set(key, value);
  }
  const right = new URLSearchParams(left);
  for (const [key, value] of others) right.set(key, value);
  return {
    checkpoint: checkpoints.find((one) => one.name === checkpoint) ?? checkpoints[0],
    beside,
    name: VIEWS.some(([key]) => key === name) ? name : 'overview',
    sides: [left, right],
  };
}

/** What a view works with. It ends when another is shown. */
class Context {
  constructor(place, side, signal) {
    this.place = place;
    this.side = side;
    this.checkpoint = side === 0 ? place.checkpoint : place.beside;
    this.checkpoints = checkpoints;
    this.name = place.name;
    this.parameters = place.sides[side];
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
      h('a', {href: link(this.checkpoint.name, 'ask', target)}, 'Open in Ask')); // of this checkpoint alone
    this.ran.set(key, entry);
    this.list.prepend(entry);
    if (this.ran.size > 20) {
      const [first, element] = this.ran.entries().next().value;
      this.ran.delete(first);
      element.remove();
    }
    this.count.textContent = String(this.ran.size);
  }

  /** The address of another view of the same checkpoint; the other pane follows. */
  link(name, parameters = {}) {
    const sides = name === this.name ? [...this.place.sides] : [new URLSearchParams(), new URLSearchParams()];
    sides[this.side] = new URLSearchParams(parameters);
    return linkBoth(this.place, name, ...sides);
  }

  /** Changes this view's address without showing it anew. */
  remember(parameters) {
    for (const [key, value] of Object.entries(parameters)) {
      if (value === null || value === '') this.parameters.delete(key);
      else this.parameters.set(key, value);
    }
    history.replaceState(null, '', linkBoth(this.place, this.name, ...this.place.sides));
  }

  /** The queries of this view, folded. */
  asked() {
    return h('details', {class: 'asked'}, h('summary', {}, 'Cypher of this view ', this.count), this.list);
  }
}

async function show() {
  const turn = ++shown;
  for (const pane of panes) pane.dataset.state = 'loading';
  let refused = null;
  try {
    await admit(location.hash);
  } catch (error) {
    refused = error;
  }
  if (turn !== shown) return;
  const at = place();
  ending.abort();
  ending = new AbortController();
  document.title = `${at.checkpoint.name}${at.beside ? ' and ' + at.beside.name : ''} · ${VIEWS.find(([key]) => key === at.name)[1]} · tablewalk`;
  fill(chooser, checkpoints.map((one) => h('option', {value: one.name, selected: one === at.checkpoint}, one.name)));
  fill(besideChooser, h('option', {value: ''}, 'nothing'), checkpoints.map((one) => h('option', {value: one.name, selected: one === at.beside}, one.name)));
  fill(document.getElementById('views'), VIEWS.map(([key, title], i) =>
    h('a', {href: linkBoth(at, key, new URLSearchParams(), new URLSearchParams()), 'aria-current': key === at.name ? 'page' : null, title: `${title} (${i + 1})`}, title)));
  panes[1].hidden = !at.beside;
  fill(panes[1]);
  await showTimeline(at, turn); // first: a picture is as large as what the strip leaves
  if (turn !== shown) return;
  if (refused) {
    fill(panes[0], h('p', {class: 'problem', role: 'alert'}, printable(String(refused.message))));
    panes[0].dataset.state = 'failed';
    return;
  }
  await Promise.all(panes.slice(0, at.beside ? 2 : 1).map((pane, side) => showPane(pane, at, side, turn, ending.signal)));
}

/** The series that the chosen checkpoint is of, above every view; what is looked at stays when another moment is gone to. */
async function showTimeline(at, turn) {
  try {
    const series = await seriesOf(at.checkpoint);
    if (turn !== shown) return;
    timeline.hidden = !series;
    if (!series) return fill(timeline);
    const elsewhere = (change) => {
      const here = {...place()};
      change(here);
      return linkBoth(here, here.name, ...here.sides);
    };
    strip(timeline, series, {
      chosen: at.checkpoint.name,
      beside: at.beside?.name,
      open: (name) => elsewhere((here) => { here.checkpoint = {name}; }),
      besideAddress: (name) => elsewhere((here) => { here.beside = {name}; }),
      changes: (from, to) => link(at.checkpoint.name, 'time', {from, to}),
    });
  } catch (error) {
    if (turn !== shown) return;
    timeline.hidden = false;
    fill(timeline, h('p', {class: 'problem'}, printable(String(error.message))));
  }
}

async function showPane(pane, at, side, turn, signal) {
  pane.className = `pane ${at.name}`;
  pane.dataset.state = 'loading';
  delete pane.dataset.painted;
  delete pane.dataset.answer;
  fill(pane);
  try {
    const {render} = await import(`./${at.name}.js`);
    if (turn !== shown) return; // the pane is another view's by now
    await render(new Context(at, side, signal), pane);
    if (turn === shown) pane.dataset.state = 'ready';
  } catch (error) {
    if (signal.aborted) return;
    pane.dataset.state = 'failed';
    pane.append(h('p', {class: 'problem', role: 'alert'}, printable(String(error.message))));
  }
}

/** Another checkpoint in a pane: only a question is asked of it as well. */
function choose(change) {
  const at = place();
  if (at.name !== 'ask') at.sides = [new URLSearchParams(), new URLSearchParams()];
  change(at);
  location.hash = linkBoth(at, at.name, ...at.sides);
}

chooser.addEventListener('change', () => choose((at) => { at.checkpoint = checkpoints.find((one) => one.name === chooser.value); }));

// What is looked at stays: the same task, table or frame at the other moment is the question.
besideChooser.addEventListener('change', () => {
  const at = place();
  at.beside = checkpoints.find((one) => one.name === besideChooser.value) ?? null;
  location.hash = linkBoth(at, at.name, at.sides[0], at.sides[0]);
});

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest('input, textarea, select, [contenteditable]')) return;
  const index = Number(event.key) - 1;
  if (index >= 0 && index < VIEWS.length) location.hash = linkBoth(place(), VIEWS[index][0], new URLSearchParams(), new URLSearchParams());
  if (event.key === '/') {
    event.preventDefault();
    location.hash = linkBoth(place(), 'ask', new URLSearchParams(), new URLSearchParams());
  }
});

window.addEventListener('hashchange', show);
await show();
