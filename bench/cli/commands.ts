import fs from 'node:fs';
import path from 'node:path';
import { realTables } from '../policy/real-tables.ts';

/** A command to measure. */
export interface MeasuredCommand {
  readonly name: string;
  readonly args: readonly string[];
  /** Exit codes of a run that did its work. */
  readonly exitCodes: readonly number[];
  /** Longest time, milliseconds. */
  readonly aim: number;
}

/** The commands, with the files that they read in a folder. A further command is one more entry. */
export function measuredCommands(folder: string): readonly MeasuredCommand[] {
  const options = path.join(folder, 'options.mjs');
  const claims = path.join(folder, 'claims.json');
  fs.writeFileSync(options, `export const options = ${JSON.stringify(githubOptions())};\n`);
  fs.writeFileSync(claims, JSON.stringify({ scope: 'repos:get orgs:get' }));
  const request = ['--path', '/repos/octo/hello/issues', '--claims', claims];
  return [
    { name: 'explain', args: ['explain', options, ...request], exitCodes: [0], aim: 2000 },
    { name: 'explain --json', args: ['explain', options, ...request, '--json'], exitCodes: [0], aim: 2000 },
  ];
}

/** Options with GitHub's routes: each requires a scope of its resource and method. */
function githubOptions() {
  const github = realTables().find(({ name }) => name === 'GitHub');
  const routes = (github?.keys ?? []).map((key) => {
    const [method = '', route = ''] = key.split(' ');
    return [key, { scopes: [`${route.split('/')[1]}:${method.toLowerCase()}`] }];
  });
  return {
    domain: 'tenant.eu.auth0.com',
    audience: 'https://api.example.com/',
    routes: Object.fromEntries(routes),
    undeclared: 'absent',
  };
}
