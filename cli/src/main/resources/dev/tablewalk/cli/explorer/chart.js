// Small charts of values over the moments of a series, and lanes of when something was so. All have one moment pointed at in common.

import {fill, h} from './dom.js';

/** Points of a line that are drawn; of more, the least and the most of each run are. */
const MOST_POINTS = 600;
const TALL = 100;

/** The moment that is pointed at, for all charts of a view. */
export class Pointer {
  constructor(length, at) {
    this.length = length;
    this.at = at;
    this.told = [];
  }

  /** Calls a function now and whenever another moment is pointed at. */
  tell(listener) {
    this.told.push(listener);
    listener(this.at);
  }

  move(to) {
    this.at = Math.max(0, Math.min(this.length - 1, to));
    this.told.forEach((listener) => listener(this.at));
  }

  /** Lets the mouse point from a picture that is as wide as the series is long. */
  byMouse(picture) {
    picture.addEventListener('pointermove', (event) => {
      const box = picture.getBoundingClientRect();
      this.move(Math.floor(((event.clientX - box.left) / box.width) * this.length));
    });
  }

  /** Lets the arrow keys point while an element has the focus. */
  byKeys(element) {
    element.addEventListener('keydown', (event) => {
      const step = {ArrowLeft: -1, ArrowRight: 1, Home: -this.length, End: this.length}[event.key];
      if (step === undefined) return;
      this.move(this.at + step);
      event.preventDefault();
    });
  }
}

/** The indices of values whose line looks as that of all does. */
export function thinned(values, most = MOST_POINTS) {
  if (values.length <= most) return values.map((_, i) => i);
  const each = Math.ceil((2 * values.length) / most);
  const kept = [];
  for (let from = 0; from < values.length; from += each) {
    let least = from;
    let greatest = from;
    for (let i = from; i < Math.min(values.length, from + each); i++) {
      if (values[i] < values[least]) least = i;
      if (values[i] > values[greatest]) greatest = i;
    }
    kept.push(Math.min(least, greatest));
    if (least !== greatest) kept.push(Math.max(least, greatest));
  }
  return kept;
}

function frame(length, tall, ...drawn) {
  return h('svg:svg', {viewBox: `0 0 ${length} ${tall}`, preserveAspectRatio: 'none', 'aria-hidden': 'true'}, ...drawn);
}

function needle(pointer, tall) {
  const line = h('svg:path', {class: 'needle'});
  pointer.tell((i) => line.setAttribute('d', `M${i + 0.5} 0V${tall}`));
  return line;
}

/** A measure of a series as a line, with its value at the moment that is pointed at. */
export function chart(measure, pointer) {
  const {values, show} = measure;
  const least = values.reduce((a, b) => Math.min(a, b), Infinity);
  const most = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const y = (value) => (most === least ? TALL / 2 : TALL - 6 - ((value - least) / (most - least)) * (TALL - 12));
  const line = thinned(values).map((i, n) => `${n === 0 ? 'M' : 'L'}${i + 0.5} ${y(values[i]).toFixed(2)}`).join('');
  const value = h('strong', {class: 'value'});
  pointer.tell((i) => { value.textContent = show(values[i]); });
  // A line of one moment has no length: its round ends are a dot.
  const picture = frame(values.length, TALL, h('svg:path', {class: 'line', d: values.length === 1 ? `${line}h0` : line}), needle(pointer, TALL));
  pointer.byMouse(picture);
  return h('figure', {class: 'chart', 'data-id': measure.id},
    h('figcaption', {}, h('span', {}, measure.title), value),
    h('div', {class: 'plot'}, picture),
    h('p', {class: 'soft ends'}, most === least ? `always ${show(least)}` : `${show(least)} to ${show(most)}`));
}

/** Moments in a row as spans: [[first, last, greatest], …], of a sorted [[index, number], …]. */
export function spans(moments) {
  const all = [];
  for (const [i, n] of moments) {
    const last = all.at(-1);
    if (last && last[1] === i - 1) {
      last[1] = i;
      last[2] = Math.max(last[2], n);
    } else all.push([i, i, n]);
  }
  return all;
}

/**
 * When a constraint did not hold, over the moments.
 *
 * moments: [[index, rows], …]; unanswered: indices at which it could not be asked
 */
export function lane({title, id, link, moments, unanswered}, series, pointer) {
  const held = spans(moments);
  const rows = new Map(moments);
  const now = h('span', {class: 'value'});
  pointer.tell((i) => fill(now, rows.has(i) ? h('strong', {class: 'problem'}, String(rows.get(i))) : unanswered.includes(i) ? 'not asked' : 'held'));
  const bar = ([first, last], name) => h('svg:rect', {class: name, x: first + 0.05, y: 3, width: last - first + 0.9, height: 10, 'data-first': first, 'data-last': last});
  // More spans than a screen has pixels are drawn as one path.
  const drawn = held.length > MOST_POINTS
    ? h('svg:path', {class: 'broken', d: held.map(([first, last]) => `M${first} 3H${last + 1}V13H${first}Z`).join('')})
    : held.map((one) => bar(one, 'broken'));
  const picture = frame(series.length, 16, drawn, spans(unanswered.map((i) => [i, 0])).slice(0, MOST_POINTS).map((one) => bar(one, 'unasked')), needle(pointer, 16));
  pointer.byMouse(picture);
  return h('li', {class: 'lane', 'data-id': id},
    h('a', {href: link, title: id}, title), now, h('div', {class: 'plot'}, picture),
    h('p', {class: 'soft ends'}, held.slice(-3).map(([first, last, most], n) => `${n > 0 ? '; ' : held.length > 3 ? `${held.length - 3} times before; ` : ''}${most} ${first === last ? `at ${series.name(first)}` : `from ${series.name(first)} to ${series.name(last)}`}`)));
}
