// The guest, its kernel, how much there is, what is odd, and how it stands against the constraints.

import {add, h, fill} from './dom.js';
import {lines} from './api.js';
import {table} from './rows.js';
import {bytes, cell, grouped, hex, printable} from './text.js';

const ANOMALIES = `MATCH (a:Anomaly)
RETURN a.kind AS kind, count(*) AS number, head(collect(a.detail)) AS example
ORDER BY number DESC, kind`;

const CHANGES = `MATCH (n) WHERE n:Added OR n:Removed OR n:Changed
WITH [l IN labels(n) WHERE NOT l IN ['Added', 'Removed', 'Changed', 'Root', 'Candidate']][0] AS label, n
RETURN label, sum(CASE WHEN n:Added THEN 1 ELSE 0 END) AS added, sum(CASE WHEN n:Removed THEN 1 ELSE 0 END) AS removed, sum(CASE WHEN n:Changed THEN 1 ELSE 0 END) AS changed
ORDER BY label`;

const ORDER = {failed: 0, error: 1, passed: 2};

function facts(pairs) {
  return h('dl', {}, pairs.filter(([, value]) => value !== undefined && value !== null && value !== '').map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]));
}

function guest(checkpoint) {
  const p = checkpoint.properties;
  const ram = [...String(p.ram ?? '').matchAll(/0x([0-9a-f]+):0x([0-9a-f]+)/g)].reduce((sum, range) => sum + BigInt('0x' + range[2]), 0n);
  const others = Object.entries(p).filter(([key]) => /^found_kernel_\d+$/.test(key)).sort();
  return facts([
    ['kernel', printable(String(p.kernel_release ?? ''))],
    ['built', printable(String(p.kernel_version ?? ''))],
    ['build id', p.kernel_build_id],
    ['geometry', `${p.arch}, ${bytes(p.page_size)} pages, ${p.va_bits}-bit VA, ${p.pa_bits}-bit PA, ${p.levels} levels${p.lpa2 ? ', LPA2' : ''}`],
    ['KASLR', p.kaslr_offset === undefined ? null : hex(p.kaslr_offset)],
    ...others.map(([key, value]) => [`kernel ${key.slice('found_kernel_'.length)}, which RAM holds too`, printable(String(value))]),
    ['RAM', ram > 0n ? bytes(ram) : null],
    ['image', h('span', {title: printable(String(p.image ?? ''))}, printable(String(p.image ?? '').replace(/^.*[/]/, '')))],
    ['ingested', checkpoint.created.slice(0, 19).replace('T', ' ') + ' UTC'],
  ]);
}

function tiles(checkpoint, context) {
  const count = (label) => grouped(checkpoint.nodes[label] ?? 0);
  const tile = (name, value, target) => h('li', {}, h('a', {href: target}, h('strong', {}, value), name));
  return h('ul', {class: 'tiles'},
    tile('tasks', count('Task'), context.link('ask', {saved: 'process_memory'})),
    tile('address spaces', count('MmStruct'), context.link('space')),
    tile('VMAs', count('Vma'), context.link('space')),
    tile('page tables', count('PageTable'), context.link('tables')),
    tile('page ranges', count('PageRange'), context.link('memory')),
    tile('anomalies', count('Anomaly'), context.link('ask', {saved: 'anomalies_by_kind'})));
}

async function checks(context, box) {
  const known = [];
  let total = 0;
  const state = h('p', {class: 'soft', id: 'check-state'}, 'Asking the constraints …');
  const list = h('div', {id: 'checks'});
  fill(box, h('h2', {}, 'Checks'), state, list);
  const draw = () => {
    known.sort((a, b) => ORDER[a.state] - ORDER[b.state]);
    const number = (which) => known.filter((one) => one.state === which).length;
    state.textContent = `${known.length} of ${total} constraints: ${number('passed')} passed, ${number('failed')} failed, ${number('error')} could not be asked`;
    const passed = known.filter((one) => one.state === 'passed');
    fill(list,
      known.filter((one) => one.state !== 'passed').map((one) => outcome(one, context)),
      passed.length > 0 && h('details', {class: 'passed-list'}, h('summary', {}, `${passed.length} passed`), passed.map((one) => outcome(one, context))));
  };
  await lines('/api/checks', {checkpoint: context.checkpoint.name}, context.signal, (line) => {
    if (line.constraints !== undefined) total = line.constraints;
    else {
      known.push(line);
      draw();
    }
  });
  state.dataset.done = 'true';
}

function outcome(one, context) {
  const saved = context.queries.find((query) => query.id === one.id);
  const columns = (saved?.columns ?? []).map((column) => column.name);
  const answer = {
    columns,
    types: (saved?.columns ?? []).map((column) => column.type),
    rows: one.rows.map((row) => columns.map((column) => row[column])),
  };
  return h('details', {class: `check ${one.state}`, 'data-id': one.id},
    h('summary', {},
      h('span', {class: 'state'}, one.state),
      h('span', {class: 'title'}, printable(one.title)),
      h('span', {class: 'count'}, one.violations > 0 ? grouped(one.violations) : ''),
      h('span', {class: 'severity'}, one.severity)),
    h('div', {class: 'body'},
      h('p', {}, printable(saved?.meaning ?? '')),
      one.error && h('p', {class: 'problem'}, printable(one.error)),
      one.rows.length > 0 && table(answer),
      one.violations > one.rows.length && h('p', {class: 'soft'}, `The first ${one.rows.length} of ${grouped(one.violations)}.`),
      h('p', {}, h('a', {href: context.link('ask', {saved: one.id})}, 'Open in Ask'))));
}

export async function render(context, view) {
  const {checkpoint} = context;
  const anomalies = h('section');
  const checksBox = h('section', {class: 'checks'});
  const changes = h('section', {class: 'changes'});
  const found = Object.entries(checkpoint.properties).filter(([key]) => key.startsWith('found_'));
  add(view,
    h('h1', {}, checkpoint.name),
    checkpoint.diff && h('p', {class: 'soft'}, `What changed from ${checkpoint.properties.diff_before} to ${checkpoint.properties.diff_after}: both sides in one graph.`),
    tiles(checkpoint, context),
    h('div', {class: 'columns'},
      h('section', {}, h('h2', {}, 'Guest'), guest(checkpoint)),
      h('section', {}, h('h2', {}, 'In the graph'),
        facts([...Object.entries(checkpoint.nodes).map(([key, n]) => [`:${key}`, grouped(n)]), ...Object.entries(checkpoint.relationships).map(([key, n]) => [`[:${key}]`, grouped(n)])]))),
    changes,
    checksBox,
    anomalies,
    checkpoint.bolt_port > 0 && h('section', {class: 'tools'}, h('h2', {}, 'Neo4j\'s own tools'), h('p', {},
      h('a', {href: `/browser/?dbms=${encodeURIComponent(`bolt://neo4j@${location.hostname}:${checkpoint.bolt_port}`)}`, target: '_blank', rel: 'noopener'}, 'Neo4j Browser'),
      ', cypher-shell and any driver connect to ', h('code', {}, `bolt://${location.hostname}:${checkpoint.bolt_port}`), ' as ', h('code', {}, 'neo4j'), ' with the password that tablewalk serve printed.')),
    found.length > 0 && h('details', {class: 'found'}, h('summary', {}, 'How the kernel was found'), facts(found.map(([key, value]) => [key.slice(6), printable(String(value))]))),
    context.asked());
  const answer = await context.query({cypher: ANOMALIES, rows: 100});
  fill(anomalies, h('h2', {}, 'Anomalies'),
    answer.rows.length === 0 ? h('p', {class: 'soft'}, 'None: all that was read makes sense.') : table(answer));
  if (checkpoint.diff) {
    const changed = await context.query({cypher: CHANGES, rows: 100});
    fill(changes, h('h2', {}, 'What changed'), changed.rows.length === 0 ? h('p', {class: 'soft'}, 'Nothing.') : table(changed),
      h('p', {}, context.queries.filter((one) => one.of === 'diff').map((one, i) => [i > 0 && ' · ', h('a', {href: context.link('ask', {saved: one.id})}, one.title)])));
    return; // constraints are of one moment
  }
  checks(context, checksBox).catch((error) => {
    if (!context.signal.aborted) fill(checksBox, h('p', {class: 'problem'}, printable(String(error.message))));
  });
}

export {cell};
