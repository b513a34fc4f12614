// A picture of nodes and relationships.

import {colour} from './dom.js';
import {nodeLabel, nodeName} from './text.js';

export const INKS = {
  Task: '--ink-1', MmStruct: '--ink-2', PageTable: '--ink-3', PageRange: '--ink-4', Vma: '--ink-5',
  File: '--ink-6', SwapRange: '--ink-7', NonSwapRange: '--ink-7', Region: '--ink-8', Anomaly: '--bad', Checkpoint: '--soft',
};

export function element(node) {
  return {group: 'nodes', data: {id: `n${node.id}`, name: nodeName(node), ink: colour(INKS[nodeLabel(node)] ?? '--soft'), label: nodeLabel(node), fate: fate(node), node}};
}

function fate(node) {
  return ['Added', 'Removed', 'Changed'].find((one) => node.labels.includes(one)) ?? '';
}

export function edge(relationship) {
  const p = relationship.properties;
  const name = p.field ?? p.symbol ?? (p.index === undefined ? relationship.type : `[${p.index}]`);
  return {group: 'edges', data: {id: `r${relationship.id}`, source: `n${relationship.start}`, target: `n${relationship.end}`, name: String(name), type: relationship.type, fate: p.fate ?? '', relationship}};
}

export function style() {
  return [
    {selector: 'node', style: {
      label: 'data(name)', 'background-color': 'data(ink)', color: colour('--ink'), 'font-size': 10, 'font-family': 'ui-monospace, "DejaVu Sans Mono", monospace',
      'text-valign': 'bottom', 'text-margin-y': 3, 'text-max-width': 120, 'text-wrap': 'ellipsis', width: 22, height: 22}},
    {selector: 'node[label = "PageTable"]', style: {shape: 'round-rectangle'}},
    {selector: 'node[label = "PageRange"]', style: {shape: 'rectangle'}},
    {selector: 'node[fold]', style: {'background-color': colour('--card'), 'border-width': 2, 'border-style': 'dashed', 'border-color': colour('--soft'), width: 30, height: 30}},
    {selector: 'node[fate = "Added"]', style: {'border-width': 3, 'border-color': colour('--good')}},
    {selector: 'node[fate = "Removed"]', style: {'border-width': 3, 'border-color': colour('--bad')}},
    {selector: 'node[fate = "Changed"]', style: {'border-width': 3, 'border-color': colour('--warn')}},
    {selector: 'node:selected', style: {'border-width': 3, 'border-color': colour('--link')}},
    {selector: 'edge', style: {
      width: 1.2, 'line-color': colour('--line-strong'), 'target-arrow-color': colour('--line-strong'), 'target-arrow-shape': 'triangle', 'arrow-scale': 0.8, 'curve-style': 'bezier',
      label: 'data(name)', 'font-size': 9, color: colour('--soft'), 'text-background-color': colour('--ground'), 'text-background-opacity': 1, 'text-background-padding': 1}},
    ...[['added', '--good'], ['removed', '--bad'], ['changed', '--warn']].map(([fate, ink]) => ({selector: `edge[fate = "${fate}"]`, style: {width: 2, 'line-color': colour(ink), 'target-arrow-color': colour(ink)}})),
  ];
}

/** How nodes are laid out: from left to right along the arrows. */
export function layout(cy, options = {}) {
  const roots = cy.nodes().roots();
  return cy.elements().layout({
    name: 'breadthfirst', directed: true, roots: roots.length > 0 ? roots : undefined, spacingFactor: 1.1, padding: 30, animate: false, fit: true,
    transform: (node, position) => ({x: position.y * 1.6, y: position.x * 0.75}), ...options,
  });
}

export async function draw(box, {nodes, edges}, context) {
  const {default: cytoscape} = await import('/lib/cytoscape.js');
  const cy = cytoscape({container: box, elements: [...nodes.map(element), ...edges.map(edge)], style: style(), minZoom: 0.05, maxZoom: 4});
  layout(cy).run();
  cy.on('dbltap', 'node[node]', (event) => { location.hash = context.link('graph', {id: event.target.data('node').id}); });
  context.signal.addEventListener('abort', () => cy.destroy());
  box.cy = cy; // for tests: a canvas tells nothing
  return cy;
}
