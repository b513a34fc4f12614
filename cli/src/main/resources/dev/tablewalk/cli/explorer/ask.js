// Cypher, and its answer as a table, a graph or a chart.

import {add, h, fill, script, colour} from './dom.js';
import {get} from './api.js';
import {copyButton, table} from './rows.js';
import {grouped, isNode, isPath, isRelationship, printable} from './text.js';

const ROWS = 1000;
const EXAMPLE = 'MATCH (t:Task)-[:POINTS_TO {field: \'mm\'}]->(m:MmStruct)\nRETURN t.pid AS pid, t.name AS name, m.rss_pages AS rss, m.map_count AS vmas\nORDER BY rss DESC LIMIT 20';

let schema = null;

/** Words that may stand at the cursor. */
function hints(editor) {
  const cursor = editor.getCursor();
  const before = editor.getLine(cursor.line).slice(0, cursor.ch);
  const word = /[\w.]*$/.exec(before)[0];
  const lead = before.slice(0, before.length - word.length);
  let words;
  let from = cursor.ch - word.length;
  const dot = word.lastIndexOf('.');
  if (dot >= 0 && !word.startsWith('tw.')) {
    words = schema.properties;
    from += dot + 1;
  } else if (/[:|&!]\s*$/.test(lead)) {
    words = /\[[^\]]*$/.test(lead) ? schema.types : schema.labels;
  } else {
    words = [...schema.keywords, ...schema.functions];
  }
  const typed = before.slice(from).toLowerCase();
  return {
    list: words.filter((one) => one.toLowerCase().startsWith(typed) && one.toLowerCase() !== typed),
    from: {line: cursor.line, ch: from},
    to: cursor,
  };
}

function savedChooser(context, load) {
  const groups = Map.groupBy(context.queries.filter((one) => context.checkpoint.diff || one.of !== 'diff'), (one) => one.category);
  return h('select', {id: 'saved', 'aria-label': 'saved queries', onchange: (event) => load(event.target.value)},
    h('option', {value: ''}, 'Saved queries …'),
    [...groups].map(([category, list]) => h('optgroup', {label: category}, list.map((one) => h('option', {value: one.id}, one.title)))));
}

function graphOf(answer) {
  const nodes = new Map();
  const edges = new Map();
  const take = (value) => {
    if (Array.isArray(value)) value.forEach(take);
    else if (isPath(value)) {
      value.nodes.forEach(take);
      value.relationships.forEach(take);
    } else if (isNode(value)) nodes.set(value.id, value);
    else if (isRelationship(value)) edges.set(value.id, value);
  };
  answer.rows.forEach((row) => row.forEach(take));
  return {nodes: [...nodes.values()], edges: [...edges.values()].filter((one) => nodes.has(one.start) && nodes.has(one.end))};
}

function numericColumns(answer) {
  return answer.columns.map((_, i) => i).filter((i) => answer.rows.length > 0 && answer.rows.every((row) => typeof row[i] === 'number'));
}

async function chart(answer, box) {
  await script('/lib/uplot.js');
  const numbers = numericColumns(answer);
  const label = answer.columns.findIndex((_, i) => !numbers.includes(i));
  const rows = answer.rows.slice(0, 500);
  const names = rows.map((row, i) => (label >= 0 ? printable(String(row[label])) : String(i + 1)));
  // A column that only names a row, such as pid, is no height.
  const series = numbers.length > 1 ? numbers.filter((i) => !/^(pid|tgid|uid|level|index)$/.test(answer.columns[i])) : numbers;
  const inks = ['--ink-1', '--ink-2', '--ink-3', '--ink-4', '--ink-5'].map(colour);
  const axis = {stroke: colour('--soft'), grid: {stroke: colour('--line')}, ticks: {stroke: colour('--line')}};
  const options = {
    width: Math.max(320, box.clientWidth),
    height: 380,
    scales: {x: {time: false, range: [-0.6, rows.length - 0.4]}, y: {range: (u, min, max) => [Math.min(0, min), max * 1.05 || 1]}},
    axes: [
      {...axis, grid: {show: false}, rotate: rows.length > 8 ? -40 : 0, size: rows.length > 8 ? 110 : 50, splits: () => rows.map((_, i) => i).filter((i) => i % Math.ceil(rows.length / 40) === 0), values: (u, splits) => splits.map((i) => names[i])},
      {...axis, size: 80, values: (u, splits) => splits.map(grouped)},
    ],
    series: [
      {label: label >= 0 ? answer.columns[label] : 'row', value: (u, v) => (v === null ? '' : names[v])},
      ...series.slice(0, 5).map((i, n) => ({
        label: answer.columns[i],
        stroke: inks[n],
        fill: series.length === 1 ? inks[n] + '55' : undefined,
        width: 1.5,
        points: {show: series.length > 1},
        paths: series.length === 1 ? window.uPlot.paths.bars({size: [0.7, 60]}) : undefined,
      })),
    ],
  };
  new window.uPlot(options, [rows.map((_, i) => i), ...series.slice(0, 5).map((i) => rows.map((row) => row[i]))], box);
}

export async function render(context, view) {
  const parameters = {};
  for (const [key, value] of context.parameters) if (key.startsWith('p.')) parameters[key.slice(2)] = value;
  const fields = h('div', {class: 'fields'});
  const result = h('section', {id: 'result'});
  const holder = h('div', {class: 'editor'});
  const run = h('button', {class: 'primary', id: 'run', onclick: () => ask()}, 'Run');
  const state = h('span', {class: 'soft', id: 'answer-state', role: 'status'});
  let saved = context.parameters.get('saved');
  let running = null;
  add(view,
    h('div', {class: 'toolbar'}, savedChooser(context, (id) => load(id)), run, h('span', {class: 'soft'}, 'Ctrl-Enter'), state),
    fields, holder, result);

  await script('/lib/codemirror.js');
  await Promise.all([script('/lib/codemirror-cypher.js'), script('/lib/show-hint.js')]);
  schema ??= await get('/api/schema');
  const editor = window.CodeMirror(holder, {
    mode: 'application/x-cypher-query',
    lineWrapping: true,
    value: context.parameters.get('q') ?? EXAMPLE,
    extraKeys: {
      'Ctrl-Enter': () => ask(),
      'Cmd-Enter': () => ask(),
      'Ctrl-Space': (cm) => cm.showHint({hint: hints, completeSingle: false}),
      Tab: false,
      'Shift-Tab': false,
    },
  });
  editor.getInputField().setAttribute('aria-label', 'Cypher');
  editor.on('inputRead', (cm, change) => {
    if (/^[\w.:]$/.test(change.text[0])) cm.showHint({hint: hints, completeSingle: false});
  });
  editor.on('change', () => {
    if (saved && editor.getValue() !== text(saved)) {
      saved = null;
      view.querySelector('#saved').value = '';
    }
    offer();
  });
  context.signal.addEventListener('abort', () => running?.abort());

  function text(id) {
    return context.queries.find((one) => one.id === id)?.cypher ?? '';
  }

  /** A field for each $parameter. */
  function offer() {
    const known = saved ? context.queries.find((one) => one.id === saved).parameters : [];
    const names = new Set([...editor.getValue().matchAll(/\$(\w+)/g)].map((match) => match[1]));
    const shown = [...fields.querySelectorAll('input')].map((input) => input.name);
    if (shown.length === names.size && shown.every((name) => names.has(name))) return;
    fill(fields, [...names].map((name) => {
      const told = known.find((one) => one.name === name);
      return h('label', {title: told?.meaning ?? null}, `$${name}`, h('input', {
        name,
        value: parameters[name] ?? (told?.default === undefined || told.default === null ? '' : String(told.default)),
        placeholder: told?.meaning ?? '',
        spellcheck: 'false',
        oninput: (event) => { parameters[name] = event.target.value; },
        onkeydown: (event) => { if (event.key === 'Enter') ask(); },
      }));
    }));
  }

  function load(id) {
    if (id === '') return;
    saved = id;
    editor.setValue(text(id).trim());
    saved = id;
    offer();
    const missing = [...fields.querySelectorAll('input')].find((input) => input.value === '');
    if (missing) missing.focus();
    else ask();
  }

  async function ask() {
    running?.abort();
    running = new AbortController();
    const mine = running;
    const typed = {};
    for (const input of fields.querySelectorAll('input')) if (input.value !== '') typed[input.name] = input.value;
    const remembered = Object.fromEntries(Object.entries(typed).map(([key, value]) => [`p.${key}`, value]));
    for (const key of [...context.parameters.keys()]) if (key.startsWith('p.')) context.parameters.delete(key);
    context.remember({q: saved ? null : editor.getValue(), saved, ...remembered});
    state.textContent = 'asking …';
    view.dataset.answer = 'asking';
    run.textContent = 'Stop';
    run.onclick = null;
    const stop = () => mine.abort();
    run.addEventListener('click', stop, {once: true});
    try {
      const {query} = await import('./api.js');
      const question = saved ? {saved, parameters: typed, rows: ROWS} : {cypher: editor.getValue(), parameters: typed, rows: ROWS};
      const answer = await query(context.checkpoint.name, question, mine.signal);
      state.textContent = `${grouped(answer.rows.length)}${answer.more ? ' first' : ''} ${answer.rows.length === 1 ? 'row' : 'rows'}, ${answer.ms} ms`;
      draw(answer);
      view.dataset.answer = 'done';
    } catch (error) {
      if (context.signal.aborted) return;
      state.textContent = '';
      fill(result, h('p', {class: 'problem', role: 'alert'}, mine.signal.aborted ? 'stopped' : printable(String(error.message))));
      view.dataset.answer = 'failed';
    } finally {
      run.removeEventListener('click', stop);
      run.textContent = 'Run';
    }
  }

  run.addEventListener('click', (event) => {
    if (run.textContent !== 'Run') event.stopImmediatePropagation();
  });

  function draw(answer) {
    const box = h('div', {class: 'answer'});
    const graph = graphOf(answer);
    const forms = [
      ['Table', () => fill(box, answer.rows.length === 0 ? h('p', {class: 'soft'}, 'No rows.') : table(answer))],
      graph.nodes.length > 0 && ['Graph', async () => {
        fill(box, h('div', {class: 'canvas'}));
        const {draw: drawGraph} = await import('./network.js');
        await drawGraph(box.firstChild, graph, context);
      }],
      numericColumns(answer).length > 0 && ['Chart', () => {
        fill(box);
        return chart(answer, box);
      }],
    ].filter(Boolean);
    const tabs = h('div', {class: 'tabs', role: 'tablist'}, forms.map(([name, act]) => h('button', {
      role: 'tab',
      onclick: async (event) => {
        for (const tab of tabs.querySelectorAll('[role=tab]')) tab.setAttribute('aria-selected', String(tab === event.currentTarget));
        context.remember({as: name === 'Table' ? null : name.toLowerCase()});
        await act();
      },
    }, name)), copyButton(answer));
    fill(result, tabs, box);
    const wanted = context.parameters.get('as') ?? 'table';
    ([...tabs.querySelectorAll('[role=tab]')].find((tab) => tab.textContent.toLowerCase() === wanted) ?? tabs.firstChild).click();
  }

  if (saved) load(saved);
  else {
    offer();
    if (context.parameters.has('q')) ask();
    editor.focus();
  }
}
