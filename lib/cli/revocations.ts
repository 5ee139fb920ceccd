import { keyStore } from '../jwks/key-store.ts';
import { listRevocations, pruneRevocations } from '../revocations/entries.ts';
import { writableStore } from '../revocations/revoke-tokens.ts';
import { addRevocations, readRevocations } from '../revocations/store.ts';
import { argumentsOf, exactly, Misuse } from './arguments.ts';
import type { Command } from './command.ts';
import type { Output } from './output.ts';
import { entriesJson, entryLine } from './revocations/print.ts';
import { STORE_HELP, withStore } from './revocations/store-module.ts';

/** Shows and cleans the list of revocations. */
export const revocations: Command = {
  parameters: 'list|prune --store <module> [--json]',
  summary: 'Lists the revocations, or drops those that have no effect any more',
  help: `list prints the revocations that have an effect, one a line; prune drops the others from the store.
Each change of the list drops them too, so that prune is needed only to shrink the record now.

  npx middy-auth0-authorizer revocations list --store store.ts

${STORE_HELP}  --json            list: a JSON array, with times in epoch seconds; prune: an object with the numbers
`,
  async run(args, out) {
    const { values, positionals } = argumentsOf(args, { store: { type: 'string' } });
    const [action] = exactly(positionals, ['list|prune']);
    const run = ACTIONS.get(action);
    if (run === undefined) throw new Misuse('the action is neither `list` nor `prune`');
    await withStore(values.store, (store) => run(store, values.json, out));
    return 0;
  },
};

async function list(store: unknown, isJson: boolean, out: Output): Promise<void> {
  const held = await readRevocations(keyStore(store, 'store'));
  const entries = listRevocations(pruneRevocations(held, now()));
  out.write(isJson ? entriesJson(entries) : entries.map(entryLine).join(''));
}

async function prune(store: unknown, isJson: boolean, out: Output): Promise<void> {
  const writable = writableStore(store, 'store');
  const before = listRevocations(await readRevocations(writable)).length;
  const { revocations: held } = await addRevocations(writable, [], now());
  const left = listRevocations(held).length;
  const dropped = Math.max(0, before - left);
  out.write(isJson ? `${JSON.stringify({ dropped, left })}\n` : `dropped ${dropped}, left ${left}\n`);
}

const ACTIONS: ReadonlyMap<string, typeof list> = new Map([
  ['list', list],
  ['prune', prune],
]);

function now(): number {
  return Math.floor(Date.now() / 1000);
}
