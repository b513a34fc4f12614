// All of RAM as one picture: a cell a frame, drawn from tiles of the scale that is looked at.

import {add, h, fill, colour} from './dom.js';
import {get, lines, query} from './api.js';
import {bytes, grouped, hex, printable} from './text.js';

const LAYERS = [['kind', 'What it is'], ['owner', 'Whose it is'], ['mappings', 'How often mapped'], ['level', 'Page tables']];
// Of a diff.
const CHANGE = ['change', 'What changed'];
const NEAREST = 48; // pixels of a frame, at most

const RANGE = `MATCH (r:PageRange) WHERE r.pa <= $pa AND $pa < r.pa + r.pages * $page_size
RETURN r.pa AS pa, r.pages AS pages, r.kind AS kind, r.frame AS frame, r.mapcount AS mapcount, id(r) AS id
LIMIT 1`;
const TABLE = `MATCH (t:PageTable) WHERE $pa <= t.pa AND t.pa < $pa + $page_size
RETURN t.pa AS pa, t.level AS level, t.found_by AS found_by, id(t) AS id
LIMIT 16`;

/** By value; of kinds, the same everywhere a kind is shown. */
const KINDS = {
  'free': '--k-free', 'free, in the buddy allocator': '--k-buddy', 'reserved': '--k-reserved', 'other': '--k-other', 'mapped by the kernel only': '--k-other',
  'slab': '--ink-2', 'file pages': '--ink-4', 'shared memory': '--ink-8', 'mapped by processes': '--ink-1', 'anonymous memory': '--ink-1', 'page tables': '--ink-3', 'not mapped': '--k-plain',
};
const STEPS = ['--k-plain', '--s-1', '--s-2', '--s-3', '--s-4', '--s-5', '--s-6', '--s-7'];
const LEVELS = ['--k-plain', '--ink-5', '--ink-7', '--ink-2', '--ink-1', '--ink-3', '--ink-6'];
const CHANGES = ['--k-plain', '--good', '--bad', '--ink-2', '--warn', '--ink-1'];
const OWNERS = ['--k-plain', '--k-shared', '--k-other', '--ink-1', '--ink-3', '--ink-4', '--ink-2', '--ink-5', '--ink-8', '--ink-7', '--s-5', '--bad', '--warn', '--good', '--link'];

function inks(layer, legend) {
  const names = new Array(32).fill('--k-plain');
  for (const {value, name} of legend) {
    names[value] = layer === 'kind' ? KINDS[name] ?? '--k-other' : ({level: LEVELS, mappings: STEPS, owner: OWNERS, change: CHANGES})[layer][value - 1] ?? '--k-other';
  }
  return names.map(colour);
}

function rgba(text) {
  const probe = document.createElement('canvas').getContext('2d');
  probe.fillStyle = text;
  const hexText = probe.fillStyle;
  return [1, 3, 5].map((i) => parseInt(hexText.slice(i, i + 2), 16));
}

/** Where a frame is, and what lies at a place. */
class Grid {
  constructor(description) {
    this.pageSize = BigInt(description.page_size);
    this.width = description.width;
    this.height = description.height;
    this.strips = description.strips.map((strip) => ({pa: BigInt(strip.pa), pages: strip.pages, row: strip.row}));
  }

  /** The physical address at a cell; null where there is no RAM. */
  at(column, row) {
    if (column < 0 || column >= this.width || row < 0) return null;
    const strip = this.strips.findLast((one) => one.row <= row);
    if (!strip) return null;
    const frame = (row - strip.row) * this.width + column;
    return frame < strip.pages ? strip.pa + BigInt(frame) * this.pageSize : null;
  }

  /** The cell of a physical address; null if it is no RAM. */
  cell(pa) {
    for (const strip of this.strips) {
      const frame = Number((pa - strip.pa) / this.pageSize);
      if (pa >= strip.pa && frame < strip.pages) return {column: frame % this.width, row: strip.row + Math.floor(frame / this.width)};
    }
    return null;
  }
}

/** Tiles, fetched as they are looked at and kept while there is room. */
class Tiles {
  constructor(path, size, palette, redraw, signal) {
    Object.assign(this, {path, size, palette, redraw, signal});
    this.known = new Map();
  }

  get(scale, x, y, fetching = true) {
    const key = `${scale}/${x}/${y}`;
    const tile = this.known.get(key);
    if (tile !== undefined) {
      this.known.delete(key);
      this.known.set(key, tile);
      return tile;
    }
    if (fetching) this.fetch(key);
    return null;
  }

  async fetch(key) {
    this.known.set(key, null);
    try {
      const response = await fetch(`${this.path}/${key}`, {signal: this.signal});
      if (!response.ok) throw new Error(await response.text());
      const values = new Uint8Array(await response.arrayBuffer());
      const image = new ImageData(this.size, this.size);
      const pixels = new Uint32Array(image.data.buffer);
      for (let i = 0; i < values.length; i++) pixels[i] = this.palette[values[i]];
      this.known.set(key, {values, bitmap: await createImageBitmap(image)});
      if (this.known.size > 400) {
        for (const old of this.known.keys()) {
          if (this.known.size <= 300) break;
          this.known.delete(old);
        }
      }
      this.redraw();
    } catch {
      this.known.delete(key);
    }
  }

  get pending() {
    return [...this.known.values()].some((tile) => tile === null);
  }
}

export async function render(context, view) {
  const name = encodeURIComponent(context.checkpoint.name);
  const layers = context.checkpoint.diff ? [CHANGE, ...LAYERS] : LAYERS;
  const layer = layers.some(([key]) => key === context.parameters.get('layer')) ? context.parameters.get('layer') : layers[0][0];
  const path = `/api/frames/${name}/${layer}`;
  const canvas = h('canvas', {tabindex: '0', role: 'img', 'aria-label': 'physical memory: arrows move, + and - zoom, 0 shows all'});
  const tip = h('div', {class: 'tip', hidden: true});
  const panel = h('aside', {class: 'panel'});
  const legendList = h('ul', {class: 'legend'});
  const findings = h('input', {type: 'checkbox', id: 'findings', checked: context.parameters.has('findings')});
  add(view,
    h('div', {class: 'toolbar'},
      h('div', {class: 'tabs', role: 'tablist'}, layers.map(([key, title]) => h('a', {role: 'tab', class: 'tab', 'aria-selected': String(key === layer), href: context.link('memory', {...Object.fromEntries(context.parameters), layer: key})}, title))),
      h('label', {}, findings, ' Findings'),
      h('form', {class: 'goto', onsubmit: (event) => {
        event.preventDefault();
        try {
          const pa = BigInt(event.target.elements.pa.value.trim());
          if (grid.cell(pa)) select(pa, true);
        } catch { /* not a number: nothing to go to */ }
      }}, h('input', {name: 'pa', placeholder: 'physical address', 'aria-label': 'go to a physical address', spellcheck: 'false'}))),
    h('div', {class: 'stage'}, h('div', {class: 'picture'}, canvas, tip), panel),
    context.asked());
  fill(panel, h('p', {class: 'soft'}, 'Reading …'));

  const description = await get(path);
  context.keep({cypher: description.cypher});
  const grid = new Grid(description);
  const colours = inks(layer, description.legend);
  const palette = new Uint32Array(32);
  colours.forEach((text, value) => {
    const [r, g, b] = rgba(text);
    palette[value] = value === 0 ? 0 : (255 << 24 | b << 16 | g << 8 | r) >>> 0;
  });
  let painted = false;
  const tiles = new Tiles(path, description.tile, palette, () => draw(), context.signal);
  const pen = canvas.getContext('2d');
  const camera = {x: 0, y: 0, zoom: 1}; // the cell at the left top, and pixels of a cell
  let selected = null;
  let marks = [];
  let scheduled = false;

  function all() {
    const {width, height} = canvas.getBoundingClientRect();
    camera.zoom = Math.min(width / grid.width, height / grid.height, NEAREST);
    camera.x = (grid.width - width / camera.zoom) / 2;
    camera.y = (grid.height - height / camera.zoom) / 2;
  }

  function draw() {
    if (scheduled || context.signal.aborted) return;
    scheduled = true;
    requestAnimationFrame(paint);
  }

  function paint() {
    scheduled = false;
    const ratio = window.devicePixelRatio || 1;
    const {width, height} = canvas.getBoundingClientRect();
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.imageSmoothingEnabled = false;
    pen.clearRect(0, 0, width, height);
    const scale = Math.max(0, Math.floor(-Math.log2(camera.zoom * ratio) + 0.01));
    const cells = description.tile << scale;
    const fromX = Math.max(0, Math.floor(camera.x / cells));
    const toX = Math.min(Math.ceil(grid.width / cells), Math.ceil((camera.x + width / camera.zoom) / cells));
    const fromY = Math.max(0, Math.floor(camera.y / cells));
    const toY = Math.min(Math.ceil(grid.height / cells), Math.ceil((camera.y + height / camera.zoom) / cells));
    let complete = true;
    for (let y = fromY; y < toY; y++) {
      for (let x = fromX; x < toX; x++) complete = drawTile(scale, x, y) && complete;
    }
    drawMarks();
    painted ||= complete;
    if (complete) view.dataset.painted = 'true';
    else delete view.dataset.painted;
  }

  function screen(column, row) {
    return [(column - camera.x) * camera.zoom, (row - camera.y) * camera.zoom];
  }

  /** Draws a tile, or the part of a coarser one that stands in for it. */
  function drawTile(scale, x, y) {
    const cells = description.tile << scale;
    const [left, top] = screen(x * cells, y * cells);
    const [right, bottom] = screen((x + 1) * cells, (y + 1) * cells);
    const tile = tiles.get(scale, x, y);
    if (tile) {
      pen.drawImage(tile.bitmap, left, top, right - left, bottom - top);
      return true;
    }
    for (let up = 1; up <= 8; up++) {
      const coarse = tiles.get(scale + up, x >> up, y >> up, false);
      if (coarse) {
        const part = description.tile / (1 << up);
        pen.drawImage(coarse.bitmap, (x & ((1 << up) - 1)) * part, (y & ((1 << up) - 1)) * part, part, part, left, top, right - left, bottom - top);
        break;
      }
    }
    return false;
  }

  function drawMarks() {
    for (const mark of marks) {
      const [x, y] = screen(mark.column + 0.5, mark.row + 0.5);
      pen.beginPath();
      pen.arc(x, y, 6, 0, 2 * Math.PI);
      pen.lineWidth = 5;
      pen.strokeStyle = colour('--card');
      pen.stroke();
      pen.lineWidth = 2.5;
      pen.strokeStyle = mark.severity === 'critical' || mark.severity === 'major' ? colour('--bad') : colour('--warn');
      pen.stroke();
    }
    const at = selected === null ? null : grid.cell(selected);
    if (at) {
      const [x, y] = screen(at.column, at.row);
      const size = Math.max(camera.zoom, 7);
      const middle = camera.zoom / 2 - size / 2;
      pen.lineWidth = 4;
      pen.strokeStyle = colour('--card');
      pen.strokeRect(x + middle - 1, y + middle - 1, size + 2, size + 2);
      pen.lineWidth = 2;
      pen.strokeStyle = colour('--ink');
      pen.strokeRect(x + middle - 1, y + middle - 1, size + 2, size + 2);
    }
  }

  function zoom(factor, px, py) {
    const x = camera.x + px / camera.zoom;
    const y = camera.y + py / camera.zoom;
    const {width, height} = canvas.getBoundingClientRect();
    const least = Math.min(width / grid.width, height / grid.height, 1) / 2;
    camera.zoom = Math.min(NEAREST, Math.max(least, camera.zoom * factor));
    camera.x = x - px / camera.zoom;
    camera.y = y - py / camera.zoom;
    draw();
  }

  const words = new Map(description.legend.map((entry) => [entry.value, entry]));
  fill(legendList, description.legend.toSorted((a, b) => b.pages - a.pages).map((entry) => {
    const swatch = h('span', {class: 'swatch'});
    swatch.style.background = colours[entry.value];
    return h('li', {'data-value': entry.value}, swatch, printable(entry.name), h('span', {class: 'soft'}, ` ${bytes(BigInt(entry.pages) * grid.pageSize)}`));
  }));

  function overview() {
    fill(panel, legendList,
      description.strewn && h('p', {class: 'soft small'}, 'Where only the kernel maps a run of frames of several kinds, the graph knows how many there are of each and not which is which: they are strewn over it.'),
      h('p', {class: 'soft small'}, `A row is ${bytes(BigInt(grid.width) * grid.pageSize)}. Drag or arrow keys move, the wheel or + and − zoom, 0 shows all. Click a frame to see who has it.`));
  }

  const owners = new Map(); // of frames that the pointer rested on: a line each
  let resting = 0;
  let pointer = null; // where it was last

  /** What is where the pointer is, by the tile that is drawn there. */
  function valueAt(column, row) {
    for (let scale = 0; scale <= 8; scale++) {
      const tile = tiles.get(scale, (column >> scale) >> 8, (row >> scale) >> 8, false);
      if (tile) return {value: tile.values[((row >> scale) & 255) * 256 + ((column >> scale) & 255)], exact: scale === 0};
    }
    return null;
  }

  function hover(event) {
    pointer = event;
    const box = canvas.getBoundingClientRect();
    const px = event.clientX - box.left;
    const py = event.clientY - box.top;
    const column = Math.floor(camera.x + px / camera.zoom);
    const row = Math.floor(camera.y + py / camera.zoom);
    const pa = grid.at(column, row);
    clearTimeout(resting);
    if (pa === null) {
      tip.hidden = true;
      return;
    }
    const found = valueAt(column, row);
    const text = found && words.get(found.value);
    fill(tip, h('strong', {}, hex(pa)), ` PFN ${hex(pa / grid.pageSize)}`, text && h('div', {}, printable(text.name)));
    for (const line of owners.get(pa) ?? []) tip.append(h('div', {}, line));
    if (!owners.has(pa)) {
      resting = setTimeout(() => askOwners(pa), 120);
    }
    tip.hidden = false;
    tip.style.left = `${Math.min(px + 14, box.width - 210)}px`;
    tip.style.top = `${py + 14}px`;
  }

  /** Asks who maps a frame that the pointer rests on. */
  async function askOwners(pa) {
    const answer = await query(context.checkpoint.name, {saved: 'who_maps_frame', parameters: {pa: hex(pa)}, rows: 5}, context.signal).catch(() => null);
    if (answer === null) return;
    const at = (name) => answer.columns.indexOf(name);
    const lines = answer.rows.slice(0, 4).map((row) => `${row[at('pid')] === null ? 'kernel' : `${row[at('pid')]} ${printable(row[at('comm')] ?? '')}`} at ${hex(row[at('va')])}`);
    owners.set(pa, answer.rows.length > 4 ? [...lines, '…'] : lines);
    if (!tip.hidden) hover(pointer);
  }

  let asking = 0;
  async function select(pa, center) {
    const at = grid.cell(pa);
    if (!at) return;
    selected = pa - pa % grid.pageSize;
    context.remember({at: hex(selected)});
    if (center) {
      const {width, height} = canvas.getBoundingClientRect();
      camera.zoom = Math.max(camera.zoom, 4);
      camera.x = at.column - width / camera.zoom / 2;
      camera.y = at.row - height / camera.zoom / 2;
    }
    draw();
    const turn = ++asking;
    fill(panel, h('h2', {}, hex(selected)), h('p', {class: 'soft'}, 'asking …'));
    const values = {pa: hex(selected), page_size: context.checkpoint.properties.page_size};
    const [range, table, mappings] = await Promise.all([
      context.query({cypher: RANGE, parameters: values}),
      context.query({cypher: TABLE, parameters: values}),
      context.query({saved: 'who_maps_frame', parameters: {pa: hex(selected)}, rows: 200}),
    ]);
    if (turn === asking) describe(range, table, mappings);
  }

  function describe(range, table, mappings) {
    const [run] = range.rows;
    const column = (name) => mappings.columns.indexOf(name);
    fill(panel,
      h('div', {class: 'head'}, h('h2', {}, hex(selected)), h('button', {onclick: () => {
        selected = null;
        context.remember({at: null});
        overview();
        draw();
      }, 'aria-label': 'close'}, '×')),
      h('dl', {},
        h('dt', {}, 'PFN'), h('dd', {}, hex(selected / grid.pageSize)),
        run && [h('dt', {}, 'frame'), h('dd', {}, run[3] ?? run[2]), h('dt', {}, 'range'), h('dd', {}, h('a', {href: context.link('graph', {id: run[5]})}, hex(run[0])), ` ${grouped(run[1])} pages`), run[4] !== null && [h('dt', {}, 'mapcount'), h('dd', {}, grouped(run[4]))]],
        table.rows.map((row) => [h('dt', {}, 'is a table'), h('dd', {}, h('a', {href: context.link('tables', {pa: hex(row[0])})}, `${row[1]} ${hex(row[0])}`), h('div', {class: 'soft'}, row[2].join(', ')))])),
      h('h3', {}, mappings.rows.length === 0 ? 'Nobody maps it' : `Mapped ${grouped(mappings.rows.length)}${mappings.more ? '+' : ''} times`),
      h('ul', {class: 'mappings'}, mappings.rows.map((row) => {
        const pid = row[column('pid')];
        const va = row[column('va')];
        const letters = ['readable', 'writable', 'user_execute', 'kernel_execute', 'user'].map((key, i) => (row[column(key)] ? 'rwxku'[i] : '-')).join('');
        return h('li', {},
          pid === null ? h('span', {}, `kernel${row[column('root')] ? ', ' + row[column('root')] : ''}`) : h('a', {href: context.link('space', {pid, va: hex(va)})}, `${pid} ${printable(row[column('comm')] ?? '')}`),
          h('div', {class: 'mono'}, `${hex(va)} ${letters} ${bytes(row[column('size')])}`),
          row[column('vma')] && h('div', {class: 'soft small'}, printable(row[column('vma')])));
      })),
      h('p', {}, h('a', {href: context.link('tables', {frame: hex(selected)})}, 'From here up to every root')));
  }

  let drag = null;
  canvas.addEventListener('pointerdown', (event) => {
    drag = {x: event.clientX, y: event.clientY, cx: camera.x, cy: camera.y, moved: false};
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener('pointermove', (event) => {
    if (!drag) {
      hover(event);
      return;
    }
    const dx = event.clientX - drag.x;
    const dy = event.clientY - drag.y;
    drag.moved ||= Math.abs(dx) + Math.abs(dy) > 4;
    if (drag.moved) {
      tip.hidden = true;
      camera.x = drag.cx - dx / camera.zoom;
      camera.y = drag.cy - dy / camera.zoom;
      draw();
    }
  });
  canvas.addEventListener('pointerup', (event) => {
    const moved = drag?.moved;
    drag = null;
    if (moved) return;
    const box = canvas.getBoundingClientRect();
    const pa = grid.at(Math.floor(camera.x + (event.clientX - box.left) / camera.zoom), Math.floor(camera.y + (event.clientY - box.top) / camera.zoom));
    if (pa !== null) select(pa, false);
  });
  canvas.addEventListener('pointerleave', () => {
    clearTimeout(resting);
    tip.hidden = true;
  });
  canvas.addEventListener('wheel', (event) => {
    event.preventDefault();
    const box = canvas.getBoundingClientRect();
    zoom(Math.exp(-event.deltaY * 0.0015), event.clientX - box.left, event.clientY - box.top);
  }, {passive: false});
  canvas.addEventListener('keydown', (event) => {
    const {width, height} = canvas.getBoundingClientRect();
    const step = 80 / camera.zoom;
    const moves = {ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step]};
    if (selected !== null && event.shiftKey && moves[event.key]) {
      const at = grid.cell(selected);
      const pa = grid.at(at.column + Math.sign(moves[event.key][0]), at.row + Math.sign(moves[event.key][1]));
      if (pa !== null) select(pa, false);
    } else if (moves[event.key]) {
      camera.x += moves[event.key][0];
      camera.y += moves[event.key][1];
      draw();
    } else if (event.key === '+' || event.key === '=') zoom(1.4, width / 2, height / 2);
    else if (event.key === '-') zoom(1 / 1.4, width / 2, height / 2);
    else if (event.key === '0') {
      all();
      draw();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  const watch = new ResizeObserver(() => {
    if (!painted) all();
    draw();
  });
  watch.observe(canvas);
  context.signal.addEventListener('abort', () => watch.disconnect());

  async function mark() {
    if (!findings.checked) {
      marks = [];
      draw();
      return;
    }
    const seen = new Set();
    await lines('/api/checks', {checkpoint: context.checkpoint.name}, context.signal, (one) => {
      const saved = context.queries.find((query) => query.id === one.id);
      for (const column of saved?.columns ?? []) {
        if (column.type !== 'hex' || !/^(.*_)?pa$/.test(column.name)) continue;
        for (const row of one.rows) {
          const at = row[column.name] === null ? null : grid.cell(BigInt(row[column.name]));
          const key = at && `${one.id}/${at.column}/${at.row}`;
          if (at && !seen.has(key)) {
            seen.add(key);
            marks.push({...at, severity: one.severity, id: one.id});
          }
        }
      }
      draw();
    });
  }
  findings.addEventListener('change', () => {
    context.remember({findings: findings.checked ? '1' : null});
    mark().catch(() => {});
  });

  all();
  overview();
  paint();
  canvas.memory = {grid, camera, tiles, draw, get marks() { return marks; }}; // for tests: a canvas tells nothing
  if (findings.checked) mark().catch(() => {});
  const at = context.parameters.get('at');
  if (at && /^0x[0-9a-f]{1,16}$/i.test(at)) await select(BigInt(at), true);
}
