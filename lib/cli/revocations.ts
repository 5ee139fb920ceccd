import { parseArgs } from 'node:util';
import { keyStore } from '../jwks/key-store.ts';
import { listRevocations, pruneRevocations } from '../revocations/entries.ts';
import { writableStore } from '../revocations/revoke-tokens.ts';
import { addRevocations, readRevocations } from '../revocations/store.ts';
import type { Command, Output } from './command.ts';
import { entriesJson, entryLine } from './revocations/print.ts';
import { STORE_HELP, withStore } from './revocations/store-module.ts';

/** Shows and cleans the list of revocations. */
export const revocations: Command = {
  parameters: 'list|prune --store <module> [--json]',
  summary: 'Lists the revocations, or drops those that have no effect any more',
  help: `list prints the revocations that have an effect, one a line; prune drops the others from the store.
Each change of the list drops them too, so that prune is needed only to shrink the record now.

  npx middy-auth0-authorizer revocations list --store store.ts

${STORE_HELP}  --json            list: print a JSON array, with times in epoch seconds
`,
  async run(args, out) {
    const parsed = parsedArgs(args);
    const [action, ...others] = parsed?.positionals ?? [];
    if (parsed === null || others.length > 0) return 'misused';
    const { store: file, json = false } = parsed.values;
    if (action === 'list') await withStore(file, (store) => list(store, json, out));
    else if (action === 'prune' && !json) await withStore(file, (store) => prune(store, out));
    else return 'misused';
    return 0;
  },
};

function parsedArgs(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { store: { type: 'string' }, json: { type: 'boolean' } },
    });
  } catch {
    return null;
  }
}

async function list(store: unknown, isJson: boolean, out: Output): Promise<void> {
  const held = await readRevocations(keyStore(store, 'store'));
  const entries = listRevocations(pruneRevocations(held, now()));
  out.write(isJson ? entriesJson(entries) : entries.map(entryLine).join(''));
}

async function prune(store: unknown, out: Output): Promise<void> {
  const writable = writableStore(store, 'store');
  const before = listRevocations(await readRevocations(writable)).length;
  const { revocations: held } = await addRevocations(writable, [], now());
  const left = listRevocations(held).length;
  out.write(`dropped ${Math.max(0, before - left)}, left ${left}\n`);
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}
