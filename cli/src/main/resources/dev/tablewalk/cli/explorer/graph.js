// The neighbourhood of a node, opened by hand; many neighbours of one kind stay folded into one.

import {add, h, fill} from './dom.js';
import {cell, grouped, hex, nodeName, printable} from './text.js';
import {edge, element, layout, style} from './network.js';

const FAN = 8; // more than that are folded

const START = 'MATCH (t:Task) WHERE t.pid > 0 AND NOT t.kthread RETURN id(t) AS id ORDER BY t.pid LIMIT 1';
const NODE = 'MATCH (n) WHERE id(n) = $id RETURN n';
const FANS = `MATCH (n)-[r]-(m) WHERE id(n) = $id
RETURN type(r) AS type, startNode(r) = n AS out, labels(m)[0] AS label, count(*) AS number
ORDER BY number`;
const NEIGHBOURS = `MATCH (n)-[r]-(m) WHERE id(n) = $id AND type(r) = $type AND (startNode(r) = n) = $out AND labels(m)[0] = $label
RETURN r, m ORDER BY id(r) SKIP $skip LIMIT $limit`;
const FIND = `MATCH (t:Task) WHERE toString(t.pid) = $text OR t.name CONTAINS $text OR t.comm CONTAINS $text RETURN id(t) AS id, t.pid AS pid, t.name AS name ORDER BY t.pid LIMIT 30`;

export async function render(context, view) {
  const box = h('div', {class: 'canvas full', tabindex: '0', role: 'application', 'aria-label': 'graph: arrows choose a node, Enter opens it'});
  const panel = h('aside', {class: 'panel'});
  const found = h('ul', {class: 'found-list'});
  const search = h('input', {placeholder: 'find a task: pid or name', 'aria-label': 'find a task', spellcheck: 'false', onkeydown: async (event) => {
    if (event.key !== 'Enter' || event.target.value === '') return;
    const answer = await context.query({cypher: FIND, parameters: {text: JSON.stringify(event.target.value)}});
    fill(found, answer.rows.length === 0 ? h('li', {class: 'soft'}, 'none') : answer.rows.map(([id, pid, name]) => h('li', {}, h('a', {href: context.link('graph', {id})}, `${pid} ${printable(name ?? '')}`))));
  }});
  add(view,
    h('div', {class: 'toolbar'}, search, found,
      h('button', {onclick: () => layout(cy).run()}, 'Lay out'),
      h('button', {onclick: () => cy.fit(undefined, 30)}, 'Fit'),
      h('span', {class: 'soft small'}, 'Click a node to read it, double-click or Enter opens its neighbours.')),
    h('div', {class: 'stage'}, box, panel), context.asked());

  const {default: cytoscape} = await import('/lib/cytoscape.js');
  const cy = cytoscape({container: box, style: style(), minZoom: 0.05, maxZoom: 4});
  context.signal.addEventListener('abort', () => cy.destroy());
  box.cy = cy; // for tests: a canvas tells nothing

  let start = context.parameters.get('id');
  if (start === null) {
    const [row] = (await context.query({cypher: START})).rows;
    if (!row) {
      fill(panel, h('p', {class: 'soft'}, 'No tasks to begin with.'));
      return;
    }
    start = String(row[0]);
  }
  const [row] = (await context.query({cypher: NODE, parameters: {id: start}})).rows;
  if (!row) throw new Error(`no node ${start}`);
  cy.add(element(row[0]));
  await expand(row[0]);
  select(cy.getElementById(`n${row[0].id}`));

  async function expand(node) {
    const fans = await context.query({cypher: FANS, parameters: {id: node.id}});
    for (const [type, out, label, number] of fans.rows) {
      const fan = {id: node.id, type, out, label, number, shown: 0};
      if (number <= FAN) await unfold(fan, number);
      else if (cy.getElementById(foldId(fan)).empty()) fold(fan);
    }
    cy.getElementById(`n${node.id}`).data('open', true);
    layout(cy).run();
  }

  function foldId(fan) {
    return `f${fan.id}-${fan.type}-${fan.out}-${fan.label}`;
  }

  function fold(fan) {
    const id = foldId(fan);
    cy.getElementById(id).remove();
    const left = fan.number - fan.shown;
    if (left <= 0) return;
    cy.add({group: 'nodes', data: {id, fold: true, fan, name: `${grouped(left)}${fan.shown > 0 ? ' more' : ''} ${fan.label}`}});
    const [source, target] = fan.out ? [`n${fan.id}`, id] : [id, `n${fan.id}`];
    cy.add({group: 'edges', data: {id: `e${id}`, source, target, name: fan.type}});
  }

  async function unfold(fan, limit) {
    const answer = await context.query({cypher: NEIGHBOURS, parameters: {id: fan.id, type: JSON.stringify(fan.type), out: fan.out, label: JSON.stringify(fan.label), skip: fan.shown, limit}});
    for (const [relationship, node] of answer.rows) {
      if (cy.getElementById(`n${node.id}`).empty()) cy.add(element(node));
      if (cy.getElementById(`r${relationship.id}`).empty()) cy.add(edge(relationship));
    }
    fan.shown += answer.rows.length;
    if (fan.number > FAN) fold(fan);
  }

  async function open(target) {
    if (target.data('fold')) {
      await unfold(target.data('fan'), FAN);
      layout(cy).run();
    } else if (!target.data('open')) await expand(target.data('node'));
  }

  function select(target) {
    cy.elements().unselect();
    target.select();
    const node = target.data('node');
    if (node) {
      context.remember({id: String(node.id)});
      describe(node);
    } else if (target.data('fold')) fill(panel, h('p', {class: 'soft'}, `Double-click to show ${FAN} of them.`));
  }

  function describe(node) {
    const p = node.properties;
    const links = [
      node.labels.includes('Task') && h('a', {href: context.link('space', {pid: p.pid})}, 'Address space'),
      node.labels.includes('PageTable') && h('a', {href: context.link('tables', {pa: hex(p.pa)})}, 'Page table'),
      (node.labels.includes('PageRange') || node.labels.includes('PageTable')) && h('a', {href: context.link('memory', {at: hex(p.pa)})}, 'Physical memory'),
    ].filter(Boolean);
    const shown = (key, value) => (['pa', 'va', 'start', 'end', 'pfn', 'flags', 'offset', 'raw'].includes(key) && typeof value !== 'string' ? hex(value) : cell(value));
    fill(panel,
      h('h2', {}, nodeName(node)),
      h('p', {class: 'soft'}, node.labels.map((label) => `:${label}`).join(' ')),
      h('p', {class: 'links'}, links),
      h('dl', {}, Object.entries(p).map(([key, value]) => [h('dt', {}, key), h('dd', {class: 'mono'}, shown(key, value))])));
  }

  cy.on('tap', 'node', (event) => select(event.target));
  cy.on('dbltap', 'node', (event) => open(event.target));
  cy.on('tap', 'edge[relationship]', (event) => {
    const {type, properties} = event.target.data('relationship');
    fill(panel, h('h2', {}, type), h('dl', {}, Object.entries(properties).map(([key, value]) => [h('dt', {}, key), h('dd', {class: 'mono'}, ['va', 'raw'].includes(key) ? hex(value) : cell(value))])));
  });
  box.addEventListener('keydown', (event) => {
    const chosen = cy.nodes(':selected').first();
    if (event.key === 'Enter' && chosen.nonempty()) open(chosen);
    else if (event.key.startsWith('Arrow') && chosen.nonempty()) {
      const {x, y} = chosen.position();
      const ahead = {ArrowLeft: (p) => x - p.x, ArrowRight: (p) => p.x - x, ArrowUp: (p) => y - p.y, ArrowDown: (p) => p.y - y}[event.key];
      const next = cy.nodes().filter((one) => ahead(one.position()) > 1).sort((a, b) => distance(a) - distance(b)).first();
      function distance(one) {
        const p = one.position();
        return Math.hypot(p.x - x, p.y - y) + 2 * (Math.hypot(p.x - x, p.y - y) - ahead(p));
      }
      if (next.nonempty()) select(next);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
}
