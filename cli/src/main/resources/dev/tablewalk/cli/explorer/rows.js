// A table of rows.

import {h} from './dom.js';
import {cell, csv, isNode} from './text.js';

const FIRST = 200;

/** An answer as a table; what is beyond the first rows is shown when asked for. */
export function table(answer, {link = null, act = null} = {}) {
  const body = h('tbody');
  const numeric = answer.columns.map((_, i) =>
    answer.rows.length > 0 && answer.rows.every((row) => row[i] === null || typeof row[i] === 'number' || typeof row[i] === 'bigint'));
  const show = (from, to) => {
    for (const row of answer.rows.slice(from, to)) {
      body.append(h('tr', {}, row.map((value, i) => {
        const text = cell(value, answer.types[i]);
        const target = link?.(value, answer.columns[i], row) ?? null;
        return h('td', {class: numeric[i] ? 'number' : 'text'}, target ? h('a', {href: target}, text) : text);
      })));
    }
  };
  show(0, FIRST);
  const more = h('button', {class: 'more', onclick: () => {
    const at = body.rows.length;
    show(at, at + 10 * FIRST);
    if (body.rows.length >= answer.rows.length) more.remove();
    else more.textContent = `${answer.rows.length - body.rows.length} more rows`;
  }}, `${answer.rows.length - FIRST} more rows`);
  return h('div', {class: 'scroll'},
    h('table', {class: 'rows'},
      h('thead', {}, h('tr', {}, answer.columns.map((name, i) => h('th', {class: numeric[i] ? 'number' : 'text', scope: 'col'}, name)))),
      body),
    answer.rows.length > FIRST && more);
}

/** A button that copies an answer as CSV. */
export function copyButton(answer) {
  const button = h('button', {onclick: async () => {
    await navigator.clipboard.writeText(csv(answer.columns, answer.types, answer.rows));
    button.textContent = 'Copied';
    setTimeout(() => { button.textContent = 'Copy as CSV'; }, 1200);
  }}, 'Copy as CSV');
  return button;
}

export {isNode};
