// The strip of moments along the top of every view: one mark a moment, or one for several where there are too many for the eye.

import {add, fill, h} from './dom.js';
import {bytes, grouped} from './text.js';

/** More marks than this are no longer told apart. */
const MOST_MARKS = 240;

/** The height of the strip, in its own units; a mark is one wide. */
const TALL = 24;

/** What has a mark of its own: moments first to last, or the gap before a moment. */
function slots(series) {
  const gaps = Array.from({length: series.length}, (_, i) => series.gap(i));
  const number = series.length + gaps.filter(Boolean).length;
  if (number <= MOST_MARKS) {
    return gaps.flatMap((gap, i) => (gap ? [{gap, first: i, last: i}, {first: i, last: i}] : [{first: i, last: i}]));
  }
  const each = Math.ceil(series.length / MOST_MARKS);
  return Array.from({length: Math.ceil(series.length / each)}, (_, n) => {
    const first = n * each;
    return {first, last: Math.min(series.length, first + each) - 1, torn: gaps.slice(first, first + each).some(Boolean)};
  });
}

/**
 * Draws the strip of a series into an element.
 *
 * chosen, beside: names of the checkpoints that are shown; open(name), besideAddress(name) and changes(from, to): addresses.
 */
export function strip(element, series, {chosen, beside, open, besideAddress, changes}) {
  const marks = slots(series);
  const slotOf = (i) => marks.findIndex((slot) => !slot.gap && slot.first <= i && i <= slot.last);
  const at = series.index(chosen);
  let cursor = at < 0 ? series.length - 1 : at;
  let anchor = null; // where a span begins, if one is chosen

  const picture = h('svg:svg', {viewBox: `0 0 ${marks.length} ${TALL}`, preserveAspectRatio: 'none', 'aria-hidden': 'true'});
  const span = h('svg:rect', {class: 'span', y: 0, height: TALL, width: 0});
  const ring = h('svg:rect', {class: 'cursor', y: 0.5, height: TALL - 1, width: 0.9});
  add(picture, span, marks.map((slot, x) => mark(series, slot, x, [at, series.index(beside)])), ring);
  const slider = h('div', {
    class: 'strip', role: 'slider', tabindex: 0, 'aria-label': `moments of ${series.prefix}`, 'aria-valuemin': 1, 'aria-valuemax': series.length,
    title: '', 'data-marks': marks.length,
  }, picture);
  slider.style.maxWidth = `${marks.length * 26}px`;
  const card = h('div', {class: 'moment-card', hidden: true});
  const state = h('span', {class: 'soft', id: 'moment-state'});

  const move = (to, extend = false) => {
    anchor = extend ? anchor ?? cursor : null;
    cursor = Math.max(0, Math.min(series.length - 1, to));
    show(cursor);
  };
  const show = (i, gap = null) => {
    slider.setAttribute('aria-valuenow', i + 1);
    slider.setAttribute('aria-valuetext', series.told(i) + (anchor !== null && anchor !== i ? `; chosen from ${series.name(anchor)} on` : ''));
    ring.setAttribute('x', slotOf(i) + 0.05);
    const ends = anchor === null ? [0, -1] : [slotOf(Math.min(anchor, i)), slotOf(Math.max(anchor, i))];
    span.setAttribute('x', ends[0]);
    span.setAttribute('width', ends[1] - ends[0] + 1);
    fill(card, gap ? h('p', {}, gap) : told(series, i, {anchor: anchor ?? at, chosen: at, open, besideAddress, changes}));
  };
  const reveal = (visible) => { card.hidden = !visible; };
  /** The moment under the pointer; of several, one that can be opened, or one that violates something. */
  const under = (event) => {
    const box = slider.getBoundingClientRect();
    const slot = marks[Math.max(0, Math.min(marks.length - 1, Math.floor(((event.clientX - box.left) / box.width) * marks.length)))];
    const among = Array.from({length: slot.last - slot.first + 1}, (_, n) => slot.first + n);
    return {slot, i: among.includes(at) ? at : among.find((i) => series.whole(i)) ?? among.find((i) => series.came(i).length > 0) ?? slot.last};
  };
  const go = (i) => { if (series.whole(i) && i !== at) location.hash = open(series.name(i)); };
  const goBetween = (from, to) => { location.hash = changes(series.name(Math.min(from, to)), series.name(Math.max(from, to))); };

  slider.addEventListener('pointermove', (event) => {
    const {slot, i} = under(event);
    show(i, slot.gap);
    reveal(true);
  });
  slider.addEventListener('click', (event) => {
    const {slot, i} = under(event);
    if (slot.gap) return;
    const from = anchor ?? at;
    if (event.shiftKey && from >= 0 && from !== i) return goBetween(from, i);
    move(i);
    go(i);
  });
  slider.addEventListener('keydown', (event) => {
    const step = {ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, Home: -series.length, End: series.length}[event.key];
    if (step !== undefined) move(cursor + step, event.shiftKey);
    else if (event.key === 'PageUp' || event.key === 'PageDown') move(nextWhole(series, cursor, event.key === 'PageUp' ? -1 : 1), event.shiftKey);
    else if (event.key === 'Enter' && anchor !== null && anchor !== cursor) goBetween(anchor, cursor);
    else if (event.key === 'Enter') go(cursor);
    else if (event.key === 'Escape') move(at < 0 ? cursor : at);
    else return;
    reveal(event.key !== 'Escape');
    event.preventDefault();
  });
  slider.addEventListener('focus', () => { if (slider.matches(':focus-visible')) reveal(true); });
  element.onpointerleave = () => {
    show(cursor);
    reveal(element.contains(document.activeElement) && element.matches(':has(:focus-visible)'));
  };
  element.onfocusout = (event) => { if (!element.contains(event.relatedTarget)) reveal(false); };

  state.textContent = `${at < 0 ? 'none of its' : `moment ${grouped(at + 1 + series.leftOff)} of`} ${grouped(series.length + series.leftOff)}${at < 0 ? ' moments' : ''}`
    + `${series.leftOff > 0 ? `, of which the first ${grouped(series.leftOff)} are not shown` : ''}`;
  fill(element,
    h('p', {class: 'strip-head'}, h('strong', {}, series.prefix), state),
    slider, card);
  show(cursor);
}

function nextWhole(series, from, step) {
  for (let i = from + step; i >= 0 && i < series.length; i += step) if (series.whole(i)) return i;
  return from;
}

function mark(series, slot, x, shown) {
  if (slot.gap) return h('svg:path', {class: 'gap', d: `M${x + 0.5} 3V${TALL - 3}`});
  const among = Array.from({length: slot.last - slot.first + 1}, (_, n) => slot.first + n);
  const whole = among.some((i) => series.whole(i));
  const top = whole ? 6 : 12;
  const found = among.some((i) => series.came(i).length > 0) ? 'came' : among.some((i) => series.found[i].length > 0) ? 'violated' : null;
  const names = ['moment', whole && 'whole', shown.some((i) => slot.first <= i && i <= slot.last) && 'shown', slot.torn && 'torn', found].filter(Boolean).join(' ');
  return h('svg:g', {class: names, 'data-first': slot.first, 'data-last': slot.last},
    h('svg:rect', {class: 'body', x: x + 0.15, y: top, width: 0.7, height: TALL - 2 - top}),
    found && h('svg:rect', {class: 'found', x: x + 0.15, y: 1, width: 0.7, height: 4}));
}

/** What there is of a moment, and where one goes from it. */
function told(series, i, {anchor, chosen, open, besideAddress, changes}) {
  const {json} = series;
  const name = series.name(i);
  const before = i > 0 ? series.name(i - 1) : null;
  const [from, to] = [Math.min(anchor, i), Math.max(anchor, i)];
  const took = json.capture_ms[i] + json.ingest_ms[i] + json.check_ms[i] + json.diff_ms[i];
  return [
    h('p', {}, h('strong', {}, name), ` ${series.time(i)} UTC`, h('span', {class: 'soft'}, series.whole(i) ? ' · kept whole' : ' · only what changed is kept')),
    h('p', {}, series.measures().slice(0, 5).map((one, n) => [n > 0 && ' · ', `${one.title} `, h('strong', {}, one.show(one.values[i]))])),
    h('p', {class: series.found[i].length > 0 ? 'problem' : 'soft'}, series.found[i].length === 0 ? 'no violations' : series.found[i].map(([id, n]) => `${grouped(n)} ${id}`).join(', ')),
    series.unasked[i].length > 0 && h('p', {class: 'soft'}, `not asked to the end: ${series.unasked[i].join(', ')}`),
    h('p', {class: 'soft'}, `stood still ${json.standstill_ms[i].toFixed(1)} ms · took ${(took / 1000).toFixed(1)} s · changes ${bytes(json.changes_bytes[i])}`),
    h('p', {class: 'links'},
      series.whole(i) && i !== chosen && h('a', {href: open(name)}, 'Open'),
      series.whole(i) && i !== chosen && h('a', {href: besideAddress(name)}, 'Beside'),
      before && h('a', {href: changes(before, name)}, 'Changed since the one before'),
      anchor >= 0 && anchor !== i && h('a', {class: 'between', href: changes(series.name(from), series.name(to))}, `Changed from ${series.name(from)} to ${series.name(to)}`)),
  ];
}
