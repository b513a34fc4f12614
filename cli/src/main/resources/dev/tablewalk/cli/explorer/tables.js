// The hierarchy of page tables, a table at a time, and the way back from a frame to every root.

import {add, h, fill} from './dom.js';
import * as arm64 from './arm64.js';
import {bytes, grouped, hex, printable} from './text.js';
import * as x86 from './x86-64.js';

const DESCRIPTORS = {aarch64: arm64, x86_64: x86};

const ROOTS = `MATCH (from:Checkpoint|MmStruct)-[s:POINTS_TO]->(r:PageTable)
OPTIONAL MATCH (k:Task)-[:POINTS_TO {field: 'mm'}]->(from) WHERE k.pid = k.tgid
WITH r, s.symbol AS symbol, s.kind AS kind, k ORDER BY k.pid
RETURN r.pa AS pa, symbol, kind, head(collect(k.pid)) AS pid, head(collect(k.name)) AS name
ORDER BY pid IS NOT NULL, symbol, pid`;
const TABLE = `MATCH (t:PageTable {pa: $pa})
RETURN t.level AS level, t.va AS va, t.found_by AS found_by, t.frame AS frame, t.entries_table AS tables, t.entries_leaf AS leaves, t.entries_nonpresent AS nonpresent, labels(t) AS labels, id(t) AS id`;
const ENTRIES = `MATCH (t:PageTable {pa: $pa})-[e:POINTS_TO|SWAPPED_TO|MARKED_AS]->(x)
RETURN e.index AS index, coalesce(e.entries, CASE WHEN x:SwapRange OR x:NonSwapRange THEN e.pages * $page_size / e.size ELSE 1 END) AS entries, properties(e) AS e, type(e) AS type, labels(x) AS labels, x.pa AS pa, x.level AS level, x.frame AS frame, x.kind AS what, x.pages AS places, x.type AS swap_type, x.offset AS slot, id(x) AS id
ORDER BY index, e.va`;
const PARENTS = `MATCH (x)-[e:POINTS_TO]->(:PageTable {pa: $pa})
OPTIONAL MATCH (k:Task)-[:POINTS_TO {field: 'mm'}]->(x) WHERE k.pid = k.tgid
WITH x, e, k ORDER BY k.pid
WITH x, e, head(collect(k)) AS k
RETURN labels(x) AS labels, x.pa AS pa, x.level AS level, e.index AS index, e.symbol AS symbol, k.pid AS pid, k.name AS name
ORDER BY pid, symbol, pa LIMIT 200`;
const UP = `MATCH (r:PageRange) WHERE r.pa <= $pa AND $pa < r.pa + r.pages * $page_size
MATCH path = (:Checkpoint|MmStruct)-[:POINTS_TO]->(:PageTable)-[:POINTS_TO*0..4]->(:PageTable)-[:POINTS_TO]->(r)
RETURN path LIMIT 100`;

const LABELS = {
  empty: 'empty', table: 'table', user: 'user page, writable', userro: 'user page, read-only', userx: 'user page, executable', kernel: 'kernel page, writable',
  kernelro: 'kernel page, read-only', kernelx: 'kernel page, executable', invalid: 'present, not valid', swap: 'swapped out', mark: 'marker, or its like',
};

function kindOf(row) {
  if (row.type === 'SWAPPED_TO') return 'swap';
  if (row.type === 'MARKED_AS') return 'mark';
  if (row.labels.includes('PageTable')) return 'table';
  const {e} = row;
  if (!e.valid) return 'invalid';
  const side = e.user ? 'user' : 'kernel';
  if (e.user ? e.executable : e.kernel_executable) return `${side}x`;
  return e.writable ? side : `${side}ro`;
}

/** Of a diff: whether the entry is as it was. */
function fateOf(cell) {
  const fates = new Set(cell?.runs.map((run) => run.e.fate).filter(Boolean));
  return fates.size === 0 ? '' : ` ${fates.size > 1 ? 'changed' : [...fates][0]}`;
}

function objects(answer) {
  return answer.rows.map((row) => Object.fromEntries(answer.columns.map((name, i) => [name, row[i]])));
}

/** How many entries a table has. */
function entries(properties, level) {
  const shift = Math.log2(properties.page_size);
  const each = shift - 3;
  return level === 'PGD' ? 2 ** (properties.va_bits - shift - (properties.levels - 1) * each) : 2 ** each;
}

export async function render(context, view) {
  const side = h('nav', {class: 'roots', 'aria-label': 'roots'});
  const body = h('div', {class: 'table-view'});
  const panel = h('aside', {class: 'panel'});
  add(view, h('div', {class: 'stage'}, side, body, panel), context.asked());
  const roots = objects(await context.query({cypher: ROOTS, rows: 20000}));
  const frame = context.parameters.get('frame');
  const first = roots.find((root) => root.kind === 'kernel') ?? roots[0];
  const pa = context.parameters.get('pa') ?? (first ? hex(first.pa) : null);
  listRoots(context, side, roots, pa);
  if (frame) await up(context, body, panel, frame);
  else if (pa) await show(context, body, panel, BigInt(pa), roots);
  else fill(body, h('p', {class: 'soft'}, 'No page tables.'));
}

function listRoots(context, side, roots, pa) {
  const list = h('ul');
  const draw = (filter) => fill(list, roots.filter((root) => `${root.symbol ?? ''} ${root.pid ?? ''} ${root.name ?? ''}`.toLowerCase().includes(filter.toLowerCase())).slice(0, 500).map((root) =>
    h('li', {}, h('a', {href: context.link('tables', {pa: hex(root.pa)}), 'aria-current': hex(root.pa) === pa ? 'true' : null},
      root.symbol ?? (root.pid === null ? `mm, ${hex(root.pa)}` : `${root.pid} ${printable(root.name ?? '')}`)))));
  fill(side, h('input', {placeholder: `${grouped(roots.length)} roots`, 'aria-label': 'filter roots', oninput: (event) => draw(event.target.value)}), list);
  draw('');
}

async function show(context, body, panel, pa, roots) {
  const properties = context.checkpoint.properties;
  const values = {pa: hex(pa), page_size: properties.page_size};
  const [told, answer, parents] = await Promise.all([
    context.query({cypher: TABLE, parameters: {pa: hex(pa)}}),
    context.query({cypher: ENTRIES, parameters: values, rows: 20000}),
    context.query({cypher: PARENTS, parameters: {pa: hex(pa)}}),
  ]);
  if (told.rows.length === 0) {
    fill(body, h('p', {class: 'problem', role: 'alert'}, `No page table at ${hex(pa)}.`));
    return;
  }
  const [table] = objects(told);
  const rows = objects(answer);
  const count = entries(properties, table.level);
  const cells = new Array(count).fill(null);
  for (const row of rows) {
    for (let i = 0; i < Number(row.entries); i++) {
      const index = Number(row.index) + i;
      if (index < count) cells[index] ??= {...row, step: i, kind: kindOf(row), runs: []};
      if (index < count) cells[index].runs.push(row);
    }
  }
  const trail = context.parameters.get('by')?.split(',').filter((one) => /^0x[0-9a-f]+:\d+$/.test(one)) ?? [];
  const grid = h('div', {class: 'entries', role: 'grid', 'aria-label': `${count} entries`, style: null});
  const across = 2 ** Math.ceil(Math.log2(count) / 2 + (count >= 32 ? 0.5 : 0));
  grid.style.setProperty('--across', across);
  cells.forEach((cell, index) => {
    grid.append(h('span', {class: `e ${cell?.kind ?? 'empty'}${fateOf(cell)}`, 'data-index': index, tabindex: index === 0 ? '0' : '-1', role: 'gridcell', 'aria-label': `${index}, ${LABELS[cell?.kind ?? 'empty']}`}));
  });
  const counts = Map.groupBy(cells, (cell) => cell?.kind ?? 'empty');
  const root = roots.find((one) => one.pa === table.pa || hex(one.pa) === hex(pa));
  fill(body,
    h('p', {class: 'trail'}, trail.map((one, i) => {
      const [at, index] = one.split(':');
      return [h('a', {href: context.link('tables', {pa: at, by: trail.slice(0, i).join(',')})}, at), h('span', {class: 'soft'}, ` [${index}] › `)];
    }), h('strong', {}, `${table.level} ${hex(pa)}`)),
    h('p', {class: 'soft'},
      [root && (root.symbol ?? (root.pid === null ? null : `of ${root.pid} ${printable(root.name ?? '')}`)), table.va === null ? 'not reached from any root' : `from ${hex(table.va)}`, `found by ${table.found_by.join(', ')}`, table.frame && `frame: ${table.frame}`, `${table.tables} tables, ${table.leaves} leaves, ${table.nonpresent} not present`].filter(Boolean).join(' · ')),
    grid,
    h('ul', {class: 'legend row'}, [...counts].map(([kind, list]) => h('li', {}, h('span', {class: `swatch e ${kind}`}), `${LABELS[kind]} `, h('span', {class: 'soft'}, grouped(list.length))))));

  const pick = (index, focus) => {
    const cell = cells[index];
    for (const one of grid.querySelectorAll('[aria-selected]')) one.removeAttribute('aria-selected');
    const element = grid.children[index];
    element.setAttribute('aria-selected', 'true');
    if (focus) {
      for (const one of grid.querySelectorAll('[tabindex="0"]')) one.tabIndex = -1;
      element.tabIndex = 0;
      element.focus();
    }
    context.remember({entry: String(index)});
    describe(context, panel, index, cell, {pa, trail, table});
  };
  const open = (index) => {
    const cell = cells[index];
    if (cell?.kind === 'table') location.hash = context.link('tables', {pa: hex(cell.pa), by: [...trail, `${hex(pa)}:${index}`].join(',')});
  };
  grid.addEventListener('click', (event) => {
    if (event.target.dataset.index) pick(Number(event.target.dataset.index), true);
  });
  grid.addEventListener('dblclick', (event) => {
    if (event.target.dataset.index) open(Number(event.target.dataset.index));
  });
  grid.addEventListener('keydown', (event) => {
    const at = Number(event.target.dataset.index);
    const move = {ArrowLeft: -1, ArrowRight: 1, ArrowUp: -across, ArrowDown: across}[event.key];
    if (move !== undefined && cells[at + move] !== undefined) pick(at + move, true);
    else if (event.key === 'Enter') open(at);
    else return;
    event.preventDefault();
  });
  const wanted = context.parameters.get('entry');
  if (wanted !== null && cells[Number(wanted)] !== undefined) pick(Number(wanted), false);
  else overview(context, panel, objects(parents));
}

function overview(context, panel, parents) {
  fill(panel,
    h('h3', {}, parents.length === 0 ? 'Nothing points to it' : 'Pointed to by'),
    h('ul', {class: 'mappings'}, parents.map((parent) => h('li', {}, parent.labels.includes('PageTable')
      ? h('a', {href: context.link('tables', {pa: hex(parent.pa), entry: parent.index})}, `${parent.level} ${hex(parent.pa)} [${parent.index}]`)
      : parent.symbol ?? (parent.pid === null ? 'an mm without a task' : h('a', {href: context.link('space', {pid: parent.pid})}, `${parent.pid} ${printable(parent.name ?? '')}`))))),
    h('p', {class: 'soft small'}, 'Click an entry to read its descriptor, double-click or Enter opens the table that it points to. Arrow keys move.'));
}

function describe(context, panel, index, cell, {pa, trail, table}) {
  if (!cell) {
    fill(panel, h('h2', {}, `[${index}]`), h('p', {class: 'soft'}, 'Empty: nothing is mapped there.'));
    return;
  }
  const {e} = cell;
  const stride = BigInt(e.size ?? 0) * BigInt(cell.step);
  const descriptors = DESCRIPTORS[context.checkpoint.properties.arch];
  const raw = e.raw === undefined || e.raw === null || !descriptors ? null : ['table', 'swap', 'mark'].includes(cell.kind) ? BigInt(e.raw) : descriptors.moved(BigInt(e.raw), stride);
  const inRun = Number(cell.entries) > 1;
  fill(panel,
    h('h2', {}, `[${index}] ${LABELS[cell.kind]}`),
    h('dl', {},
      h('dt', {}, 'va'), h('dd', {class: 'mono'}, hex(BigInt(e.va) + stride)),
      raw !== null && [h('dt', {}, 'raw'), h('dd', {class: 'mono'}, hex(raw))],
      cell.kind === 'table' && [h('dt', {}, 'leads to'), h('dd', {}, h('a', {href: context.link('tables', {pa: hex(cell.pa), by: [...trail, `${hex(pa)}:${index}`].join(',')})}, `${cell.level} ${hex(cell.pa)}`))],
      cell.kind === 'mark' && [h('dt', {}, 'stands for'), h('dd', {}, `${cell.what}, type ${cell.swap_type}, ${hex(BigInt(cell.slot) + (BigInt(cell.places) === 0n ? 0n : BigInt(cell.step)))}`)],
      cell.kind === 'swap' && [h('dt', {}, 'swap'), h('dd', {}, `type ${cell.swap_type}, slot ${hex(BigInt(cell.slot) + BigInt(cell.step))}`)],
      cell.labels.includes('PageRange') && [
        h('dt', {}, 'maps'), h('dd', {}, h('a', {href: context.link('memory', {at: hex(BigInt(cell.pa) + stride)})}, hex(BigInt(cell.pa) + stride)), ` ${bytes(e.size)}`),
        h('dt', {}, 'frame'), h('dd', {}, cell.frame ?? cell.kind),
        h('dt', {}, 'memory'), h('dd', {}, e.memory)],
      [...new Set(cell.runs.map((run) => run.e.fate).filter(Boolean))].map((fate) => [h('dt', {}, 'fate'), h('dd', {}, fate)]),
      inRun && [h('dt', {}, 'run'), h('dd', {}, `entry ${cell.step + 1} of ${grouped(cell.entries)}`)],
      cell.runs.length > 1 && [h('dt', {}, 'cut'), h('dd', {}, `maps ${cell.runs.length} ranges`)]),
    raw !== null && h('table', {class: 'bits'}, h('tbody', {}, descriptors.fields(raw, cell.kind === 'table' ? 'table' : ['swap', 'mark'].includes(cell.kind) ? 'swap' : 'leaf', context.checkpoint.properties, table.level).map((field) =>
      h('tr', {class: field.value === 0n ? 'zero' : null},
        h('td', {class: 'mono'}, field.high === field.low ? field.high : `${field.high}:${field.low}`),
        h('td', {}, field.name),
        h('td', {class: 'mono'}, field.high === field.low ? String(field.value) : hex(field.value)),
        h('td', {class: 'soft'}, field.meaning))))));
}

async function up(context, body, panel, frame) {
  const pa = BigInt(frame);
  const answer = await context.query({cypher: UP, parameters: {pa: hex(pa), page_size: context.checkpoint.properties.page_size}, rows: 100});
  const nodes = new Map();
  const edges = new Map();
  for (const [path] of answer.rows) {
    path.nodes.forEach((node) => nodes.set(node.id, node));
    path.relationships.forEach((one) => edges.set(one.id, one));
  }
  const canvas = h('div', {class: 'canvas tall'});
  fill(body, h('p', {class: 'trail'}, h('strong', {}, `Every way to ${hex(pa)}`)), h('p', {class: 'soft'}, `${grouped(answer.rows.length)}${answer.rows.length === 100 ? ' first' : ''} ways, from the root on the left to the frame on the right. Double-click a node to look around it.`), canvas);
  fill(panel, h('h3', {}, 'Ways'), h('ul', {class: 'mappings'}, answer.rows.map(([path]) => h('li', {}, path.nodes.filter((node) => node.labels.includes('PageTable')).map((node, i) => {
    const next = path.relationships[i + 1];
    return [i > 0 && ' › ', h('a', {href: context.link('tables', {pa: hex(node.properties.pa), entry: next?.properties.index ?? 0})}, `${node.properties.level} ${hex(node.properties.pa)}`), h('span', {class: 'soft'}, `[${next?.properties.index ?? ''}]`)];
  })))));
  if (nodes.size > 0) {
    const {draw} = await import('./network.js');
    await draw(canvas, {nodes: [...nodes.values()], edges: [...edges.values()]}, context);
  }
}
