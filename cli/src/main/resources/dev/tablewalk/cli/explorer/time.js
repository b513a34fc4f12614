// A series over time: what was counted at each moment, which constraints did not hold when, and what changed between two moments.

import {add, fill, h} from './dom.js';
import {changes} from './api.js';
import {Pointer, chart, lane} from './chart.js';
import {copyButton, table} from './rows.js';
import {duration, seriesOf} from './series.js';
import {bytes, grouped} from './text.js';

const ROWS = 2000; // of changes that are shown

export async function render(context, view) {
  const series = await seriesOf(context.checkpoint);
  if (!series) {
    add(view, h('h1', {}, context.checkpoint.name), h('p', {class: 'soft'}, 'This checkpoint is no moment of a series. tablewalk watch takes one of a guest that runs.'));
    return;
  }
  const at = series.index(context.checkpoint.name);
  const pointer = new Pointer(series.length, at < 0 ? series.length - 1 : at);
  const told = h('p', {class: 'pointed', role: 'status'});
  pointer.tell((i) => { told.textContent = series.told(i); });
  const changed = between(context, series, at);
  const counts = h('div', {class: 'charts', tabindex: 0, role: 'group', 'aria-label': 'counts over time; the arrow keys go from moment to moment'},
    series.measures().map((measure) => chart(measure, pointer)));
  pointer.byKeys(counts);
  add(view,
    h('h1', {}, series.prefix),
    h('p', {class: 'soft'}, summary(series)),
    told,
    h('section', {id: 'counts'}, h('h2', {}, 'Counts'), counts, folded('All else that was counted', () => h('div', {class: 'charts'}, series.others().map((measure) => chart(measure, pointer))))),
    lanes(context, series, pointer),
    changed,
    folded('As a table', () => moments(series)),
    h('p', {class: 'soft'}, 'From what is kept of each moment; ', h('code', {}, `tablewalk list --series ${series.prefix} --format csv`), ' prints it.'));
  if ('chosen' in changed.dataset) changed.scrollIntoView();
}

function summary(series) {
  const {json, length} = series;
  const whole = json.whole.filter(Boolean).length;
  const all = json.changes_bytes.reduce((sum, n) => sum + n, 0);
  return `${grouped(length + series.leftOff)} moments, ${length === 1 ? `at ${series.time(0)}` : `from ${series.time(0)} to ${series.time(length - 1)} UTC, ${duration(series.usual)} apart as a rule`}; `
    + `${grouped(whole)} kept whole; changes of all take ${bytes(all)}${series.leftOff > 0 ? `; the first ${grouped(series.leftOff)} are not shown` : ''}`;
}

/** A part that is made when it is unfolded. */
function folded(title, make) {
  const part = h('details', {class: 'found'}, h('summary', {}, title));
  part.addEventListener('toggle', () => part.append(make()), {once: true});
  return part;
}

function lanes(context, series, pointer) {
  const {violations, unanswered} = series.json;
  const ids = [...new Set([...Object.keys(violations), ...Object.keys(unanswered)])].sort();
  const list = h('ul', {class: 'lanes', tabindex: 0, 'aria-label': 'constraints that did not hold; the arrow keys go from moment to moment'}, ids.map((id) => lane({
    id,
    title: context.queries.find((one) => one.id === id)?.title ?? id,
    link: context.link('ask', {saved: id}),
    moments: violations[id] ?? [],
    unanswered: unanswered[id] ?? [],
  }, series, pointer)));
  pointer.byKeys(list);
  return h('section', {id: 'lanes'}, h('h2', {}, 'Violations as they came and went'),
    ids.length === 0 ? h('p', {class: 'soft'}, 'Each constraint held at each of these moments.') : list);
}

/** What changed between two moments that are chosen, by their numbers. */
function between(context, series, at) {
  const numbers = series.json.number;
  const field = (name, value) => h('input', {name, type: 'number', min: numbers[0], max: numbers.at(-1), value});
  const last = at > 0 ? at : numbers.length - 1;
  const indexes = ['from', 'to'].map((key) => series.index(context.parameters.get(key)));
  const chosen = indexes.every((i) => i >= 0);
  const from = field('from', numbers[chosen ? indexes[0] : Math.max(0, last - 1)]);
  const to = field('to', numbers[chosen ? indexes[1] : last]);
  const result = h('div', {id: 'changed', 'aria-live': 'polite'});
  const ask = async () => {
    const ends = [from, to].map((input) => numbers.indexOf(Number(input.value))).sort((a, b) => a - b);
    if (ends[0] < 0 || ends[0] === ends[1]) {
      fill(result, h('p', {class: 'problem'}, `Choose two of the moments ${numbers[0]} to ${numbers.at(-1)}.`));
      return;
    }
    const names = ends.map((i) => series.name(i));
    context.remember({from: names[0], to: names[1]});
    fill(result, h('p', {class: 'soft'}, 'Looking …'));
    try {
      show(context, series, ends, await changes(...names, ROWS, context.signal), result);
      result.parentElement?.scrollIntoView(); // what is above has not moved, but there was too little below
    } catch (error) {
      if (!context.signal.aborted) fill(result, h('p', {class: 'problem', role: 'alert'}, String(error.message)));
    }
  };
  const form = h('form', {class: 'toolbar', onsubmit: (event) => {
    event.preventDefault();
    ask();
  }}, h('label', {}, 'from moment ', from), h('label', {}, 'to ', to), h('button', {class: 'primary'}, 'What changed'));
  const section = h('section', {id: 'between', 'data-chosen': chosen}, h('h2', {}, 'What changed between two moments'), numbers.length < 2 ? h('p', {class: 'soft'}, 'There is one moment so far.') : [form, result]);
  if (chosen) ask();
  return section;
}

function show(context, series, [from, to], answer, result) {
  const whole = series.whole(from) && series.whole(to);
  const kept = context.checkpoints.find((one) => one.properties.diff_before === series.name(from) && one.properties.diff_after === series.name(to));
  const counted = series.measures().filter((one) => !one.id.endsWith('_ms') && !one.id.endsWith('_bytes'))
    .map((one) => [one.title, one.values[from], one.values[to], one.values[to] - one.values[from]]);
  const rows = answer.compared ? {...answer, columns: answer.columns.slice(1), types: answer.types.slice(1), rows: answer.rows.map((row) => row.slice(1))} : answer;
  fill(result,
    h('p', {}, `From ${series.name(from)} to ${series.name(to)}, ${duration(series.json.captured_ms[to] - series.json.captured_ms[from])} later. `,
      answer.compared ? 'Both are whole and were compared.' : to - from === 1 ? 'As it was kept when the moment was taken.' : 'Not both are whole: this is all that was kept of the moments between, one after the other, so what changed twice is told twice.'),
    answer.lost.length > 0 && h('p', {class: 'problem'}, `Nothing is kept of what ${answer.lost.join(', ')} changed: the moment before was not there to be compared with.`),
    h('p', {class: 'links'},
      whole && h('a', {href: `#/${series.name(from)}/overview?beside=${series.name(to)}`}, 'See both side by side'),
      kept && h('a', {href: `#/${kept.name}/overview`}, `As a graph: ${kept.name}`)),
    h('div', {class: 'columns'},
      h('div', {}, h('h3', {}, 'Changes by kind'), answer.sums.length === 0 ? h('p', {class: 'soft'}, 'None.')
        : table({columns: ['subject', 'change', 'number', 'pages'], types: ['text', 'text', 'int', 'int'], rows: answer.sums})),
      h('div', {}, h('h3', {}, 'Counts'), table({columns: ['count', 'before', 'after', 'by'], types: ['text', 'int', 'int', 'int'], rows: counted}))),
    answer.rows.length > 0 && [
      h('h3', {}, answer.more ? `The first ${grouped(answer.rows.length)} changes` : `All ${grouped(answer.rows.length)} changes`),
      table(rows),
      h('p', {}, copyButton(rows))]);
}

/** Every moment with what was counted, as list --series prints it. */
function moments(series) {
  const measures = series.measures();
  const answer = {
    columns: ['number', 'name', 'captured', 'whole', ...measures.map((one) => one.id)],
    types: ['int', 'text', 'text', 'bool', ...measures.map(() => 'int')],
    rows: series.json.number.map((number, i) => [number, series.name(i), series.time(i), series.whole(i), ...measures.map((one) => one.values[i])]),
  };
  return h('div', {id: 'moments'}, table(answer), h('p', {}, copyButton(answer)));
}
