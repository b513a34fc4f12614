// Starts a server by its command line, does with it what standard input says, by the official client, and prints what came of it.
//
// Input is a JSON list of steps: {"list": true}, {"call": {"name", "arguments"}}, and {"call": …, "cancelAfter": ms}.
// Output is a JSON list: of each its result, or {"failed": message}; the first element is what the server says of itself.
import { readFileSync } from 'node:fs';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

const [command, ...args] = process.argv.slice(2);
const steps = JSON.parse(readFileSync(0, 'utf8'));
const client = new Client({ name: 'tablewalk-test', version: '1' });
const heard = [];
client.onerror = (error) => heard.push(String(error));
await client.connect(new StdioClientTransport({ command, args, env: process.env }));

async function run(step) {
  try {
    if (step.list) {
      return await client.listTools();
    }
    const signal = step.cancelAfter && AbortSignal.timeout(step.cancelAfter);
    return await client.callTool(step.call, undefined, { timeout: 120_000, signal });
  } catch (error) {
    return { failed: String(error) };
  }
}

const results = [{ server: client.getServerVersion(), instructions: client.getInstructions() }];
for (const step of steps) {
  results.push(await run(step));
}
await client.close();
console.log(JSON.stringify({ results, heard }));
