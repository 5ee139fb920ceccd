import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { loadOptions } from '../../lib/cli/options-module.ts';

describe('loadOptions', () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'options-'));
    write('package.json', '{ "type": "module" }');
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  function write(name: string, text: string): string {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
    return file;
  }
  const failure = (file: string, exportName?: string) =>
    loadOptions(file, exportName).then(String, ({ message }: Error) => message);

  it('takes the export `options`, else `default`, else the one that is named', async () => {
    const both = write(
      'both.mjs',
      'export const options = { a: 1 };\nexport default { b: 2 };\nexport const c = { c: 3 };',
    );
    expect(await loadOptions(both)).to.deep.equal({ a: 1 });
    expect(await loadOptions(both, 'default')).to.deep.equal({ b: 2 });
    expect(await loadOptions(both, 'c')).to.deep.equal({ c: 3 });
    expect(await loadOptions(write('default.mjs', 'export default { b: 2 };'))).to.deep.equal({ b: 2 });
  });

  it('strips the types of TypeScript, and finds a file from the working directory', async () => {
    const file = write(
      'typed.ts',
      'export const options: { readonly a: number } = { a: 1 } satisfies object;',
    );
    expect(await loadOptions(path.relative(process.cwd(), file))).to.deep.equal({ a: 1 });
  });

  it('takes CommonJS', async () => {
    const file = write('common.cjs', 'exports.options = { a: 1 };');
    expect(await loadOptions(file)).to.deep.equal({ a: 1 });
  });

  it('says that there is no such file', async () => {
    expect(await failure(path.join(folder, 'none.ts'))).to.equal(
      `module: cannot be loaded: ${folder}/none.ts does not exist`,
    );
    expect(await failure(folder)).to.equal(`module: cannot be loaded: ${folder} is not a file`);
  });

  it('names the exports when the one that is wanted is missing', async () => {
    const file = write('handler.mjs', 'export const handler = () => {};\nexport const rules = {};');
    expect(await failure(file)).to.match(
      /^module: exports no `options`: .*\(it exports `handler`, `rules`\)$/,
    );
    expect(await failure(file, 'prod')).to.equal(
      '--export: the module has no export `prod`: it exports `handler`, `rules`',
    );
    expect(await failure(write('empty.mjs', 'export {};'))).to.include('(it exports nothing)');
  });

  it('says what an export is that is no object', async () => {
    const file = write('handler.mjs', 'export default () => {};\nexport const list = [{}];');
    expect(await failure(file)).to.match(/^module: `default` is a function: export the options/);
    expect(await failure(file, 'list')).to.match(/^--export: `list` is an array: /);
  });

  it('says where TypeScript has syntax that Node.js cannot strip', async () => {
    const file = write('enum.ts', 'export enum Colour { Red }\nexport const options = {};');
    expect(await failure(file)).to.match(/enum.* not supported .*enum\.ts:1\)\. Node\.js strips types/);
  });

  it('says where there is a syntax error', async () => {
    const file = write('wrong.ts', 'export const options = {};\nexport const a = <;');
    expect(await failure(file)).to.match(/^module: cannot be loaded: .*wrong\.ts:2\)$/s);
    expect(await failure(write('open.mjs', 'export const options = {'))).to.include(
      'Unexpected end of input',
    );
  });

  it('passes on what the module throws when it is imported', async () => {
    expect(await failure(write('throws.mjs', 'throw new TypeError("TABLE is not set");'))).to.equal(
      'module: cannot be loaded: TABLE is not set',
    );
    expect(await failure(write('text.mjs', 'throw "TABLE";'))).to.equal(
      'module: cannot be loaded: it throws a value that is not an error',
    );
  });

  it('names the file that an import without `.ts` means', async () => {
    write('routes.ts', 'export const routes = {};');
    for (const specifier of ['./routes.js', './routes']) {
      const file = write(`${specifier.length}.ts`, `export { routes as options } from '${specifier}';`);
      expect(await failure(file)).to.match(
        /Cannot find module .* There is routes\.ts: import it by this name/s,
      );
    }
    const lost = write('lost.ts', "export { options } from './lost.js';\n");
    fs.renameSync(lost, path.join(folder, 'found.ts'));
    expect(await failure(path.join(folder, 'found.ts'))).to.match(/Cannot find module .*found\.ts$/);
    expect(await failure(write('package.ts', "import 'no-such-package';"))).to.match(/no-such-package/);
  });

  it('says which files Node.js imports', async () => {
    expect(await failure(write('options.tsx', 'export const options = {};'))).to.match(
      /extension "\.tsx".*Name a module in JavaScript or TypeScript/,
    );
  });

  it('says that Node.js does not strip types if it was started without that', async () => {
    const file = write('typed.ts', 'export const options: object = {};');
    const main = path.join(import.meta.dirname, '../../lib/cli/options-module.ts');
    // The library itself is TypeScript here, so hooks of the process strip it.
    const script = `
      const { registerHooks, stripTypeScriptTypes } = await import('node:module');
      const { readFileSync } = await import('node:fs');
      const { fileURLToPath } = await import('node:url');
      registerHooks({ load: (url, context, next) => url.includes('/lib/')
        ? { format: 'module', shortCircuit: true, source: stripTypeScriptTypes(readFileSync(fileURLToPath(url), 'utf8')) }
        : next(url, context) });
      const { loadOptions } = await import(${JSON.stringify(main)});
      await loadOptions(${JSON.stringify(file)}).catch(({ message }) => console.log(message));
    `;
    const args = ['--no-warnings', '--no-experimental-strip-types', '--input-type=module', '-e', script];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(stderr).to.equal('');
    expect(stdout).to.match(/extension "\.ts".*does not strip types as it was started: use 22\.18 or later/);
  });
});
