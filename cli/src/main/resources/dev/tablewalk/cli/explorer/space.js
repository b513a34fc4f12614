// An address space: its VMAs one after the other, what lies between them folded away, and what of them is there.

import {add, h, fill, colour} from './dom.js';
import {bytes, grouped, hex, printable} from './text.js';

const TASKS = `MATCH (k:Task)-[:POINTS_TO {field: 'mm'}]->(m:MmStruct) WHERE k.pid = k.tgid
RETURN k.pid AS pid, k.name AS name, m.rss_pages AS rss ORDER BY pid`;
const VMAS = `MATCH (:Task {pid: $pid})-[:POINTS_TO {field: 'mm'}]->(m:MmStruct)-[:HAS_VMA]->(v:Vma)
RETURN v.start AS start, v.end AS end, v.perms AS perms, v.name AS name, v.pages_present AS present
ORDER BY start`;
const RUNS = `MATCH (:Task {pid: $pid})-[:POINTS_TO {field: 'mm'}]->(m:MmStruct)-[:POINTS_TO]->(root:PageTable)
CALL tw.tables(root) YIELD table, moved
MATCH (table)-[l:POINTS_TO|SWAPPED_TO|MARKED_AS]->(r:PageRange|SwapRange|NonSwapRange)
RETURN l.va + moved AS va, l.pages AS pages,
  CASE WHEN r:SwapRange THEN 'swapped' WHEN r:NonSwapRange THEN 'marked' WHEN l.size > $page_size THEN 'huge'
    WHEN coalesce(r.mapcount, r.mapcount_most, 1) > 1 THEN 'shared' ELSE 'private' END AS state, l.fate AS fate
ORDER BY va`;

const STATES = {absent: ['--k-plain', 'not present'], private: ['--ink-1', 'present, of this process alone'], shared: ['--ink-8', 'present, shared'], huge: ['--ink-2', 'present, huge'], swapped: ['--ink-3', 'swapped out'], marked: ['--ink-7', 'a guard, a marker or the like']};
// Of a diff: what is not as it was is marked under it.
const FATES = {added: '--good', removed: '--bad', changed: '--warn'};
const ROW = 14;
const GAP = 6;

/** The VMAs of a task, and the runs of pages in them. */
async function read(pid, context) {
  const {checkpoint} = context;
  const [vmas, runs] = await Promise.all([
    context.query({cypher: VMAS, parameters: {pid}, rows: 70000}),
    context.query({cypher: RUNS, parameters: {pid, page_size: checkpoint.properties.page_size}, rows: 16000}),
  ]);
  const page = BigInt(checkpoint.properties.page_size);
  const spaces = vmas.rows.map(([start, end, perms, name, present]) => ({start: BigInt(start), end: BigInt(end), pages: Number((BigInt(end) - BigInt(start)) / page), perms, name, present: Number(present), runs: []}));
  let at = 0;
  for (const [va, pages, state, fate] of runs.rows) {
    const begin = BigInt(va);
    while (at < spaces.length && spaces[at].end <= begin) at++;
    if (at < spaces.length && spaces[at].start < begin + BigInt(pages) * page) spaces[at].runs.push({from: Number((begin - spaces[at].start) / page), pages: Number(pages), state, fate});
  }
  return {vmas: spaces, cut: runs.more, page};
}

function fillRun(pen, run, x, y, width) {
  pen.fillRect(x, y, width, ROW);
  if (run.fate) {
    pen.fillStyle = colour(FATES[run.fate]);
    pen.fillRect(x, y, width, ROW / 2);
  }
}

/** Draws a side; in bytes a pixel is so many pages of a VMA, in pages so many of those that are there. */
class Picture {
  constructor(side, scale, choose) {
    this.side = side;
    this.scale = scale;
    this.canvas = h('canvas', {tabindex: '0', role: 'img', 'aria-label': `${side.vmas.length} VMAs: arrows choose one`});
    this.chosen = null;
    this.choose = choose;
    this.places = [];
    this.canvas.addEventListener('click', (event) => {
      const box = this.canvas.getBoundingClientRect();
      this.pick(this.at(event.clientX - box.left, event.clientY - box.top));
    });
    this.canvas.addEventListener('keydown', (event) => {
      const move = {ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1}[event.key];
      if (move === undefined) return;
      event.preventDefault();
      const next = this.chosen === null ? 0 : this.chosen + move;
      if (side.vmas[next]) this.pick(next);
    });
  }

  pick(index) {
    if (index === null) return;
    this.chosen = index;
    this.draw();
    this.choose(this.side.vmas[index]);
  }

  at(x, y) {
    const found = this.places.find((part) => y >= part.y && y < part.y + ROW + 4 && x >= part.x && x < part.x + Math.max(part.w, 3));
    return found ? found.index : null;
  }

  weight(vma) {
    if (this.scale === 'bytes') return vma.pages;
    return Math.max(1, vma.runs.reduce((sum, run) => sum + run.pages, 0));
  }

  draw() {
    const width = Math.max(200, this.canvas.parentElement.clientWidth);
    const total = this.side.vmas.reduce((sum, vma) => sum + this.weight(vma), 0);
    // Enough rows to see single VMAs, not so many that the picture is a roll.
    const rows = Math.min(28, Math.max(4, Math.ceil(this.side.vmas.length / 4)));
    const perPixel = Math.max(total / (rows * width), 1e-9);
    const inks = Object.fromEntries(Object.entries(STATES).map(([key, [name]]) => [key, colour(name)]));
    this.places = [];
    let x = 0;
    let y = 8;
    const parts = [];
    this.side.vmas.forEach((vma, index) => {
      const previous = this.side.vmas[index - 1];
      if (previous && previous.end !== vma.start) x += GAP;
      let left = Math.max(3, this.weight(vma) / perPixel);
      let done = 0;
      const whole = left;
      while (left > 0.01) {
        if (width - x < 3) {
          x = 0;
          y += ROW + 8;
        }
        const w = Math.min(left, width - x);
        parts.push({index, x, y, w, from: done / whole, to: (done + w) / whole});
        x += w;
        left -= w;
        done += w;
      }
      x += 1;
    });
    const height = y + ROW + 10;
    const ratio = window.devicePixelRatio || 1;
    this.canvas.style.height = `${height}px`;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    const pen = this.canvas.getContext('2d');
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    for (const part of parts) {
      const vma = this.side.vmas[part.index];
      pen.fillStyle = inks.absent;
      pen.fillRect(part.x, part.y, part.w, ROW);
      if (this.scale === 'bytes') this.drawInBytes(pen, part, vma, inks);
      else this.drawInPages(pen, part, vma, inks);
      pen.fillStyle = colour(vma.perms.includes('x') ? '--bad' : vma.perms.includes('w') ? '--ink-3' : '--line-strong');
      pen.fillRect(part.x, part.y + ROW, part.w, 2);
      if (part.index === this.chosen) {
        pen.strokeStyle = colour('--ink');
        pen.lineWidth = 2;
        pen.strokeRect(part.x - 1, part.y - 1, part.w + 2, ROW + 4);
      }
    }
    this.places = parts;
  }

  drawInBytes(pen, part, vma, inks) {
    const from = part.from * vma.pages;
    const to = part.to * vma.pages;
    for (const run of vma.runs) {
      const begin = Math.max(from, run.from);
      const end = Math.min(to, run.from + run.pages);
      if (begin >= end) continue;
      pen.fillStyle = inks[run.state];
      fillRun(pen, run, part.x + (begin - from) / (to - from) * part.w, part.y, Math.max(0.75, (end - begin) / (to - from) * part.w));
    }
  }

  drawInPages(pen, part, vma, inks) {
    const all = vma.runs.reduce((sum, run) => sum + run.pages, 0);
    if (all === 0) return;
    const from = part.from * all;
    const to = part.to * all;
    let at = 0;
    for (const run of vma.runs) {
      const begin = Math.max(from, at);
      const end = Math.min(to, at + run.pages);
      at += run.pages;
      if (begin >= end) continue;
      pen.fillStyle = inks[run.state];
      fillRun(pen, run, part.x + (begin - from) / (to - from) * part.w, part.y, (end - begin) / (to - from) * part.w + 0.3);
    }
  }
}

export async function render(context, view) {
  const scale = context.parameters.get('scale') === 'pages' ? 'pages' : 'bytes';
  fill(view, h('p', {class: 'soft'}, 'Reading …'));
  const tasks = await context.query({cypher: TASKS, rows: 50000});
  fill(view);
  if (tasks.rows.length === 0) {
    add(view, h('p', {class: 'soft'}, 'No task here has an address space.'));
    return;
  }
  const wanted = Number(context.parameters.get('pid'));
  const pid = tasks.rows.some(([one]) => one === wanted) ? wanted : tasks.rows[0][0];
  const go = (changes) => { location.hash = context.link('space', Object.fromEntries(Object.entries({...Object.fromEntries(context.parameters), pid, scale, ...changes}).filter(([, value]) => value !== null))); };
  const chooser = (answer, chosen, act, label) => h('select', {'aria-label': label, onchange: (event) => act(event.target.value)}, answer.rows.map(([one, name, rss]) => h('option', {value: one, selected: one === chosen}, `${one} ${printable(name ?? '')}, ${grouped(rss)} pages`)));
  const panel = h('aside', {class: 'panel'});
  const side = h('section', {class: 'side'});
  add(view,
    h('div', {class: 'toolbar'},
      chooser(tasks, pid, (value) => go({pid: value, va: null}), 'task'),
      h('div', {class: 'tabs', role: 'tablist'}, [['bytes', 'To scale in bytes'], ['pages', 'in pages that are there']].map(([key, title]) => h('a', {role: 'tab', class: 'tab', 'aria-selected': String(key === scale), href: context.link('space', {...Object.fromEntries(context.parameters), pid, scale: key})}, title)))),
    h('div', {class: 'stage'}, side, panel), context.asked());

  const legend = h('ul', {class: 'legend'}, Object.entries(STATES).map(([, [ink, words]]) => {
    const swatch = h('span', {class: 'swatch'});
    swatch.style.background = colour(ink);
    return h('li', {}, swatch, words);
  }));
  const fates = context.checkpoint.diff && h('ul', {class: 'legend'}, Object.entries(FATES).map(([fate, ink]) => {
    const swatch = h('span', {class: 'swatch'});
    swatch.style.background = colour(ink);
    return h('li', {}, swatch, `upper half: ${fate}`);
  }));
  const help = [legend, fates, h('p', {class: 'soft small'}, 'The line under a VMA is red where it can be executed, orange where it can be written. Between VMAs that do not touch there is a gap, however far apart they are.')];
  fill(panel, help);

  const {checkpoint} = context;
  const space = await read(pid, context);
  const sum = (key, value) => space.vmas.reduce((n, vma) => n + vma.runs.filter((run) => run[key] === value).reduce((m, run) => m + run.pages, 0), 0);
  const sums = Object.fromEntries(['private', 'shared', 'huge', 'swapped', 'marked'].map((state) => [state, sum('state', state)]));
  const changes = checkpoint.diff ? Object.fromEntries(Object.keys(FATES).map((fate) => [fate, sum('fate', fate)])) : {};
  const picture = new Picture(space, scale, describe);
  fill(side,
    h('p', {class: 'soft', 'data-sums': JSON.stringify({vmas: space.vmas.length, ...sums, ...changes})},
      `${grouped(space.vmas.length)} VMAs, ${Object.entries({...sums, ...changes}).map(([name, pages]) => `${grouped(pages)} ${name}`).join(', ')}${space.cut ? '; only the first 16,000 runs are drawn' : ''}`),
    picture.canvas);
  picture.draw();
  const watch = new ResizeObserver(() => picture.draw());
  watch.observe(side);
  context.signal.addEventListener('abort', () => watch.disconnect());
  picture.canvas.picture = picture; // for tests: a canvas tells nothing

  function describe(vma) {
    context.remember({va: hex(vma.start)});
    const of = (state) => vma.runs.filter((run) => run.state === state).reduce((sum, run) => sum + run.pages, 0);
    fill(panel,
      h('h2', {}, `${hex(vma.start)} – ${hex(vma.end)}`),
      h('dl', {},
        h('dt', {}, 'perms'), h('dd', {class: 'mono'}, vma.perms),
        h('dt', {}, 'maps'), h('dd', {}, vma.name === '' ? 'anonymous' : printable(vma.name)),
        h('dt', {}, 'size'), h('dd', {}, `${bytes(vma.end - vma.start)}, ${grouped(vma.pages)} pages`),
        h('dt', {}, 'present'), h('dd', {}, grouped(vma.present)),
        ['private', 'shared', 'huge', 'swapped', 'marked'].map((state) => [h('dt', {}, state), h('dd', {}, grouped(of(state)))]),
        Object.keys(FATES).map((fate) => [fate, vma.runs.filter((run) => run.fate === fate).reduce((sum, run) => sum + run.pages, 0)]).filter(([, pages]) => pages > 0).map(([fate, pages]) => [h('dt', {}, fate), h('dd', {}, grouped(pages))])),
      h('p', {}, h('a', {href: context.link('ask', {q: `CALL tw.walk($pid, $va) YIELD step, level, table_pa, index, descriptor, kind, pa, attributes\nRETURN step, level, tw.hex(table_pa) AS table_pa, index, descriptor, kind, tw.hex(pa) AS pa, attributes ORDER BY step`, 'p.pid': pid, 'p.va': hex(vma.start)})}, 'Walk its first address')),
      help);
  }

  const va = context.parameters.get('va');
  if (va && /^0x[0-9a-f]{1,16}$/i.test(va)) {
    const index = space.vmas.findIndex((vma) => vma.start <= BigInt(va) && BigInt(va) < vma.end);
    if (index >= 0) picture.pick(index);
  }
}
