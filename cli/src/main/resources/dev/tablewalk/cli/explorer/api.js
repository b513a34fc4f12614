// What the page asks of the server.

/** Integers that a double cannot hold come as BigInt. */
function parse(text) {
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  return JSON.parse(text, (key, value, context) =>
    typeof value === 'number' && context !== undefined && !Number.isSafeInteger(value) && /^-?\d+$/.test(context.source)
      ? BigInt(context.source)
      : value);
}

async function failure(response) {
  const text = await response.text();
  try {
    return new Error(JSON.parse(text).error ?? text);
  } catch {
    return new Error(text || response.statusText);
  }
}

export async function get(path) {
  const response = await fetch(path);
  if (!response.ok) throw await failure(response);
  return parse(await response.text());
}

/** Posts a question and gives each line of the answer to a function. */
export async function lines(path, question, signal, each) {
  const body = JSON.stringify(question, (key, value) => (typeof value === 'bigint' ? value.toString() : value));
  const response = await fetch(path, {method: 'POST', headers: {'Content-Type': 'application/json'}, body, signal});
  if (!response.ok) throw await failure(response);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const {value, done} = await reader.read();
    if (done) break;
    const complete = (rest + value).split('\n');
    rest = complete.pop();
    for (const line of complete) if (line !== '') each(parse(line));
  }
  if (rest !== '') each(parse(rest));
}

/** Asks a checkpoint: {cypher or saved, parameters, rows}. Gives {columns, types, rows, more, ms}. */
export function query(checkpoint, question, signal) {
  return answered('/api/query', {checkpoint, ...question}, signal);
}

/**
 * What changed between two moments, by their names. Gives what query does, and with it `compared`: whether both were compared, else
 * what is kept of the moments between was read; `lost`: moments that nothing is kept of; `sums`: [[subject, change, rows, pages], …] of all.
 */
export function changes(from, to, rows, signal) {
  return answered('/api/changes', {from, to, rows}, signal);
}

async function answered(path, question, signal) {
  const answer = {columns: [], types: [], rows: [], more: false, ms: 0};
  let error = null;
  let ended = false;
  await lines(path, question, signal, (line) => {
    if (Array.isArray(line)) {
      answer.rows.push(line);
    } else if (line.columns) {
      Object.assign(answer, line);
    } else {
      ended = true;
      error = line.error ?? null;
      answer.more = line.more ?? false;
      answer.ms = line.ms ?? 0;
      answer.sums = line.sums;
    }
  });
  if (error !== null) throw new Error(error);
  if (!ended) throw new Error('the answer was cut short: is tablewalk serve still running?');
  return answer;
}
