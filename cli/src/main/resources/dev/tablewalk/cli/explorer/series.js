// The moments of a series: what is known of each, its checkpoint there or not.

import {get} from './api.js';
import {bytes, grouped, printable} from './text.js';

const FRESH = 3000; // ms for which it is not asked again; a watch adds a moment every few seconds at most

/** An interval that is longer than so many times the usual is a gap. */
const GAP = 1.75;

const asked = new Map();

/** The series that a checkpoint is a moment of; null if it is of none. Its moments are read once in a while. */
export async function seriesOf(checkpoint) {
  if (!checkpoint?.series) return null;
  const last = asked.get(checkpoint.series);
  if (last && performance.now() - last.at < FRESH) return last.series;
  const entry = {at: performance.now(), series: get(`/api/series/${encodeURIComponent(checkpoint.name)}`).then((json) => new Series(json))};
  entry.series.catch(() => asked.delete(checkpoint.series));
  asked.set(checkpoint.series, entry);
  return entry.series;
}

export class Series {
  constructor(json) {
    this.prefix = json.series;
    this.json = json;
    this.length = json.number.length;
    this.leftOff = json.left_off;
    this.found = Array.from({length: this.length}, () => []); // [id, rows] of each moment
    for (const [id, rows] of Object.entries(json.violations)) for (const [i, n] of rows) this.found[i].push([id, n]);
    this.unasked = Array.from({length: this.length}, () => []); // ids of constraints
    for (const [id, at] of Object.entries(json.unanswered)) for (const i of at) this.unasked[i].push(id);
    const intervals = json.captured_ms.slice(1).map((ms, i) => ms - json.captured_ms[i]).sort((a, b) => a - b);
    this.usual = intervals.length === 0 ? 0 : intervals[intervals.length >> 1];
  }

  name(i) {
    return `${this.prefix}-${String(this.json.number[i]).padStart(6, '0')}`;
  }

  /** The index of a checkpoint's moment; -1 if it is none of these. */
  index(name) {
    return name?.startsWith(this.prefix + '-') ? this.json.number.indexOf(Number(name.slice(this.prefix.length + 1))) : -1;
  }

  whole(i) {
    return this.json.whole[i];
  }

  /** When it was captured, to the second. */
  time(i) {
    return new Date(this.json.captured_ms[i]).toISOString().slice(0, 19).replace('T', ' ');
  }

  /** Why there is no moment between this and the one before, although one was due; null if all is as usual. */
  gap(i) {
    if (i === 0) return null;
    const ms = this.json.captured_ms[i] - this.json.captured_ms[i - 1];
    const numbers = this.json.number[i] - this.json.number[i - 1] - 1;
    const beats = Math.round(ms / this.usual) - 1;
    const parts = [];
    if (ms > GAP * this.usual) parts.push(`no moment for ${duration(ms)}: ${grouped(beats)} ${beats === 1 ? 'was' : 'were'} given up, or nobody watched`);
    if (ms < 0) parts.push('the clock was set back');
    if (numbers > 0) parts.push(`${grouped(numbers)} ${numbers === 1 ? 'number is' : 'numbers are'} missing`);
    return parts.length === 0 ? null : parts.join('; ');
  }

  /** Violations of a moment that the one before had not, or had fewer of. Of what was not asked then nothing is known. */
  came(i) {
    const before = new Map(i === 0 ? [] : this.found[i - 1]);
    return this.found[i].filter(([id, n]) => n > (before.get(id) ?? 0) && !(i > 0 && this.unasked[i - 1].includes(id)));
  }

  /** In a sentence, what there is of a moment. */
  told(i) {
    const found = this.found[i];
    return [
      this.name(i),
      `${this.time(i)} UTC`,
      this.whole(i) ? 'kept whole' : 'what changed is kept',
      found.length === 0 ? 'no violations' : `violations: ${found.map(([id, n]) => `${grouped(n)} ${id}`).join(', ')}`,
    ].join(', ');
  }

  /** What was counted at each moment, the main things first: {id, title, values, show}. */
  measures() {
    const {json} = this;
    const known = [];
    const add = (id, title, values, show = grouped) => values && known.push({id, title, values, show});
    const sums = (maps) => Array.from({length: this.length}, (_, i) => Object.values(maps).reduce((sum, values) => sum + values[i], 0));
    add('tasks', 'tasks', json.nodes.Task);
    add('mm_structs', 'address spaces', json.nodes.MmStruct);
    add('vmas', 'VMAs', json.nodes.Vma);
    add('page_tables', 'page tables', json.nodes.PageTable);
    add('present_pages', 'present pages', json.counts.present_pages);
    add('page_ranges', 'page ranges', json.nodes.PageRange);
    add('violations', 'violations', this.found.map((all) => all.reduce((sum, [, n]) => sum + n, 0)));
    add('anomalies', 'anomalies', sums(json.anomalies));
    add('standstill_ms', 'stood still', json.standstill_ms, (ms) => `${Number(ms).toFixed(1)} ms`);
    add('changes_bytes', 'changes kept', json.changes_bytes, bytes);
    return known;
  }

  /** All else that was counted. */
  others() {
    const {json} = this;
    const known = new Set(['Task', 'MmStruct', 'Vma', 'PageTable', 'PageRange', 'Checkpoint']);
    const all = [];
    const group = (kind, map, title, show = grouped) => {
      for (const [key, values] of Object.entries(map)) if (!known.has(key)) all.push({id: `${kind}:${key}`, title: printable(title(key)), values, show});
    };
    group('node', json.nodes, (key) => `:${key}`);
    group('relationship', json.relationships, (key) => `[:${key}]`);
    group('count', json.counts, (key) => `count_${key}`);
    group('anomaly', json.anomalies, (key) => `anomaly ${key}`);
    const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
    for (const step of ['capture', 'ingest', 'check', 'diff']) all.push({id: `${step}_ms`, title: `${step} took`, values: json[`${step}_ms`], show: seconds});
    all.push({id: 'checkpoint_bytes', title: 'checkpoint on the disk', values: json.checkpoint_bytes, show: bytes});
    return all;
  }
}

export function duration(ms) {
  const s = Math.round(ms / 1000);
  if (s < 120) return `${s} s`;
  if (s < 7200) return `${Math.floor(s / 60)} min ${s % 60} s`;
  if (s < 172800) return `${Math.floor(s / 3600)} h ${Math.floor(s / 60) % 60} min`;
  return `${Math.floor(s / 86400)} d ${Math.floor(s / 3600) % 24} h`;
}
