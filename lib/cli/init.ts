import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { argumentsOf, Misuse } from './arguments.ts';
import type { Command } from './command.ts';
import { answersFrom } from './init/answers.ts';
import { gitIgnore, projectFiles } from './init/project-files.ts';
import { BUILT, DEPLOY_COMMANDS, DEPLOYERS, gatewaysFor } from './init/projects.ts';

/** The published package has the examples too, and this file as `dist/cli/main.js`. */
const EXAMPLES = fileURLToPath(new URL('../../examples/', import.meta.url));

const PAIRS = DEPLOYERS.map((deployer) => `  ${deployer.padEnd(12)} ${gatewaysFor(deployer).join(', ')}\n`);

/** Writes the files of a new authorizer. */
export const init: Command = {
  parameters:
    '[<folder>] [--deployer <name>] [--gateway <kind>] [--domain <domain>] [--audience <identifier>]',
  summary: 'Writes a new authorizer with its options, a test and its deployment',
  help: `Writes a project: options, authorizer, a test, a backend, and the file of the tool that deploys them.
On a terminal it asks for the values that no flag gives.

  npx middy-auth0-authorizer init orders --deployer cdk --gateway http \\
    --domain tenant.eu.auth0.com --audience https://api.example.com/

  <folder>                 (default: the current one)
  --deployer <name>        and the kinds of APIs, --gateway <kind>, that there is a project for:

${PAIRS.map((line) => `                         ${line}`).join('')}
  --domain <domain>        the Auth0 domain
  --audience <identifier>  the identifier of the API in Auth0
  --json                   print { folder, files, next }

Files that exist stay as they are: if there is one of the same name, other than .gitignore, nothing
is written.
`,
  async run(args, out, err, input) {
    const { values, positionals } = argumentsOf(args, {
      deployer: { type: 'string' },
      gateway: { type: 'string' },
      domain: { type: 'string' },
      audience: { type: 'string' },
    });
    const [folder = '.', ...others] = positionals;
    if (others.length > 0) throw new Misuse('too many arguments');
    const { project, ...trust } = await answersFrom(values, input, err);
    const exists = (name: string) => existsSync(path.join(folder, name));
    const ignore = gitIgnore(BUILT[project.deployer]);
    const files = [
      ...(exists(ignore.name) ? [] : [ignore]),
      ...projectFiles(path.join(EXAMPLES, project.example), trust),
    ];
    const names = files.map(({ name }) => name);
    const existing = names.filter(exists);
    if (existing.length > 0) {
      err.write(`nothing is written, because these files exist in ${folder}: ${existing.join(', ')}\n`);
      return 1;
    }
    await mkdir(folder, { recursive: true });
    for (const { name, text } of files) await writeFile(path.join(folder, name), text, { flag: 'wx' });
    const next = nextCommands(folder, DEPLOY_COMMANDS[project.deployer]);
    if (values.json) out.write(`${JSON.stringify({ folder, files: names, next }, null, 2)}\n`);
    else out.write(`wrote ${names.join(', ')}\n\nNext:\n\n${next.map((line) => `  ${line}\n`).join('')}`);
    return 0;
  },
};

function nextCommands(folder: string, deploy: readonly string[]): readonly string[] {
  const check = 'npx middy-auth0-authorizer check options.ts';
  const inFolder = folder === '.' ? [] : [`cd ${shellWord(folder)}`];
  return [...inFolder, 'npm install', 'npm test', check, ...deploy];
}

/** The path of a folder as one word of a POSIX shell, which is no option of `cd`. */
function shellWord(folder: string): string {
  const text = folder.startsWith('-') ? `./${folder}` : folder;
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
