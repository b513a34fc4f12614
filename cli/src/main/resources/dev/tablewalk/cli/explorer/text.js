// Values as people read them.

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];

/** Unsigned, in hexadecimal, as crash and drgn print it. */
export function hex(value) {
  return '0x' + BigInt.asUintN(64, BigInt(value)).toString(16);
}

function scaled(value) {
  let n = Number(value);
  let unit = 0;
  while (Math.abs(n) >= 1024 && unit < UNITS.length - 1) {
    n /= 1024;
    unit++;
  }
  return [n, unit];
}

/** In a sentence: 4 KiB. */
export function bytes(value) {
  const [n, unit] = scaled(value);
  return `${Number(n.toFixed(1))} ${UNITS[unit]}`;
}

/** In a column, as the commands print it: 4.0 KiB. */
function bytesInColumn(value) {
  const [n, unit] = scaled(value);
  return `${n.toFixed(unit === 0 ? 0 : 1)} ${UNITS[unit]}`;
}

export function grouped(value) {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** Characters that steer a terminal or the direction of text are shown by their numbers. */
export function printable(text) {
  return text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu, (c) => {
    const n = c.codePointAt(0);
    return n < 0x100 ? `\\x${n.toString(16).padStart(2, '0')}` : `\\u{${n.toString(16)}}`;
  });
}

/** A value in a cell. The type is that of a saved query's column; none for any other. */
export function cell(value, type) {
  if (value === null || value === undefined) return type === undefined ? 'null' : '';
  const number = typeof value === 'number' || typeof value === 'bigint';
  if (type === 'hex' && number) return hex(value);
  if (type === 'hexes' && Array.isArray(value)) return value.map((one) => cell(one, 'hex')).join(', ');
  if (type === 'bytes' && number && value >= 0) return bytesInColumn(value);
  if (type === 'float' && Number.isInteger(value)) return value.toFixed(1);
  if (type === 'percent' && number) return `${Number(value).toFixed(1)} %`;
  if (typeof value === 'string') return printable(value);
  return nested(value);
}

export function isNode(value) {
  return value !== null && typeof value === 'object' && Array.isArray(value.labels) && 'id' in value;
}

export function isRelationship(value) {
  return value !== null && typeof value === 'object' && 'type' in value && 'start' in value && 'end' in value;
}

export function isPath(value) {
  return value !== null && typeof value === 'object' && Array.isArray(value.nodes) && Array.isArray(value.relationships);
}

/** As Cypher writes it. */
function nested(value) {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string') return `"${printable(value)}"`;
  if (Array.isArray(value)) return `[${value.map(nested).join(', ')}]`;
  if (isPath(value)) return value.nodes.map((node, i) => (i === 0 ? '' : `-[:${value.relationships[i - 1].type}]-`) + nested(node)).join('');
  if (isNode(value)) return `(:${value.labels.join(':')} ${map(value.properties)})`;
  if (isRelationship(value)) return `[:${value.type} ${map(value.properties)}]`;
  if (typeof value === 'object') return map(value);
  return String(value);
}

function map(object) {
  return `{${Object.entries(object).map(([key, value]) => `${printable(key)}: ${nested(value)}`).join(', ')}}`;
}

/** What names a node in a picture, in a line. */
export function nodeName(node) {
  const p = node.properties;
  const label = node.labels.find((one) => !['Root', 'Candidate', 'Added', 'Removed', 'Changed'].includes(one)) ?? node.labels[0];
  switch (label) {
    case 'Task': return `${p.pid} ${printable(String(p.name || p.comm))}`;
    case 'MmStruct': return `mm ${p.address}`;
    case 'Vma': return `${hex(p.start)} ${p.perms}`;
    case 'File': return printable(String(p.path));
    case 'PageTable': return `${p.level} ${hex(p.pa)}`;
    case 'PageRange': return `${hex(p.pa)} ${grouped(p.pages)}p`;
    case 'NonSwapRange': return `${p.kind} ${p.type}:${hex(p.offset)}`;
    case 'SwapRange': return `swap ${p.type}:${hex(p.offset)}`;
    case 'Region': return String(p.name);
    case 'Anomaly': return String(p.kind);
    default: return label;
  }
}

export function nodeLabel(node) {
  return node.labels.find((one) => !['Root', 'Candidate', 'Added', 'Removed', 'Changed'].includes(one)) ?? node.labels[0];
}

/** Rows as CSV, RFC 4180. */
export function csv(columns, types, rows) {
  const field = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const value = (v, i) => {
    if (v === null || v === undefined) return '';
    if (typeof v === 'string') return v;
    return cell(v, types[i] === 'hex' || types[i] === 'hexes' ? types[i] : undefined);
  };
  return [columns, ...rows.map((row) => row.map(value))].map((row) => row.map(field).join(',')).join('\r\n') + '\r\n';
}
