import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { argumentsOf, exactly, Misuse, refuseTokens } from '../../lib/cli/arguments.ts';
import type { Input } from '../../lib/cli/command.ts';
import { readInput, readJson } from '../../lib/cli/input.ts';
import { main } from '../../lib/cli/main.ts';
import { coloured, outputTo, printable } from '../../lib/cli/output.ts';

const MAIN = path.join(import.meta.dirname, '../../lib/cli/main.ts');
const TOKEN = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl';

const failure = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  return new Error('nothing was thrown');
};

describe('the frame of the command line', () => {
  const run = async (...args: string[]) => {
    let out = '';
    let err = '';
    const code = await main(args, { write: (text) => (out += text) }, { write: (text) => (err += text) });
    return { code, out, err };
  };

  it('prints the version of the package', async () => {
    const { version } = JSON.parse(fs.readFileSync('package.json', 'utf8')) as { version: string };
    expect(await run('--version')).to.deep.equal({ code: 0, out: `${version}\n`, err: '' });
  });

  it('lists every command, and each has a help with `--json`', async () => {
    const { out } = await run('--help');
    const names = [...out.matchAll(/^ {2}([a-z]+) {2,}\S/gm)].map(([, name = '']) => name);
    expect(names).to.include.members(['dev', 'jwks', 'revoke', 'revocations']);
    for (const name of names) {
      const help = await run(name, '--help');
      expect(help).to.include({ code: 0, err: '' });
      expect(help.out).to.match(new RegExp(`^Usage: middy-auth0-authorizer ${name} `));
      if (name !== 'dev') expect(help.out, name).to.include('--json');
    }
  });

  it('refuses a token among the arguments of any command, and does not repeat it', async () => {
    for (const args of [
      ['jwks', TOKEN],
      ['explain', '--token', TOKEN],
      ['revoke', '--sub', `Bearer ${TOKEN}`],
      [`--token=${TOKEN}`],
    ]) {
      const { code, out, err } = await run(...args);
      expect(code).to.equal(2);
      expect(err).to.match(/^an argument contains a token/);
      expect(out + err).to.not.include('eyJ');
    }
  });

  it('says what is wrong with the arguments before the usage', async () => {
    expect((await run('jwks', '--yaml')).err).to.match(/^Unknown option '--yaml'\n\nUsage: /);
    expect((await run('jwks')).err).to.match(/^<domain or JWKS address> is missing\n\n/);
    expect((await run('nonsense')).err).to.match(/^there is no such command\n\n/);
    expect((await run()).err).to.match(/^no command is given\n\n/);
  });

  it('ends its process although the module of the user keeps a timer', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cli-'));
    const file = path.join(folder, 'store.mjs');
    fs.writeFileSync(
      file,
      'setInterval(() => {}, 1000);\nexport const store = { read: async () => null };\n',
    );
    const args = ['--no-warnings', MAIN, 'revocations', 'list', '--store', file, '--json'];
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 10_000 });
    fs.rmSync(folder, { recursive: true });
    expect({ status, stdout }).to.deep.equal({ status: 0, stdout: '[]\n' });
  });
});

describe('the process of the command line', () => {
  /** Runs the shell command, in which `"$0" "$@"` is `middy-auth0-authorizer --help`. */
  const shell = (text: string) => {
    const command = [process.execPath, '--no-warnings', MAIN, '--help'];
    return spawnSync('sh', ['-c', text, ...command], { encoding: 'utf8', timeout: 10_000 });
  };

  it('ends quietly as by SIGPIPE when its pipe is closed', () => {
    // `true` has ended, and the pipe has no reader, before Node.js writes.
    const { stdout, stderr } = shell('{ sleep 0.2; "$0" "$@"; echo "exit code $?" >&2; } | true');
    expect({ stdout, stderr }).to.deep.equal({ stdout: '', stderr: 'exit code 141\n' });
  });

  it('says why its output cannot be written', function () {
    if (!fs.existsSync('/dev/full')) this.skip();
    const { status, stderr } = shell('exec "$0" "$@" > /dev/full');
    expect(stderr).to.match(/^the output cannot be written: ENOSPC\b.*\n$/);
    expect(status).to.equal(1);
  });
});

describe('outputTo', () => {
  const written = (stream: { isTTY?: boolean }, environment = {}) => {
    let text = '';
    const output = outputTo({ ...stream, write: (more) => (text += more) }, environment);
    output.write(coloured('red', 'deny\u001b[2J'), ' /a\u202e\u009b\n');
    return text;
  };
  const PLAIN = 'deny\\u001b[2J /a\\u202e\\u009b\n';
  const RED = '\u001b[31mdeny\\u001b[2J\u001b[0m /a\\u202e\\u009b\n';

  it('writes colours on a terminal only, and escapes what the terminal would obey', () => {
    expect(written({})).to.equal(PLAIN);
    expect(written({ isTTY: false })).to.equal(PLAIN);
    expect(written({ isTTY: true })).to.equal(RED);
    expect(written({ isTTY: true }, { TERM: 'dumb' })).to.equal(PLAIN);
  });

  it('honours NO_COLOR and FORCE_COLOR, unless they are empty', () => {
    expect(written({ isTTY: true }, { NO_COLOR: '1' })).to.equal(PLAIN);
    expect(written({ isTTY: true }, { NO_COLOR: '', FORCE_COLOR: '' })).to.equal(RED);
    expect(written({ isTTY: false }, { FORCE_COLOR: '1', NO_COLOR: '1' })).to.equal(RED);
    expect(written({ isTTY: true }, { FORCE_COLOR: '0' })).to.equal(PLAIN);
    expect(written({ isTTY: true }, { FORCE_COLOR: 'false' })).to.equal(PLAIN);
  });
});

describe('printable', () => {
  it('keeps text and line feeds, and escapes control, C1, bidirectional, invisible and unpaired characters', () => {
    expect(printable('ключ\n"{}" \u{1f600}')).to.equal('ключ\n"{}" \u{1f600}');
    expect(printable('\0\t\r\u001b\u007f\u0085\u009b')).to.equal(
      '\\u0000\\u0009\\u000d\\u001b\\u007f\\u0085\\u009b',
    );
    expect(printable('\u200e\u202e\u2066\u061c\u2028\u2029\ufeff\u00ad')).to.equal(
      '\\u200e\\u202e\\u2066\\u061c\\u2028\\u2029\\ufeff\\u00ad',
    );
    expect(printable('\u{e0041}\ud800')).to.equal('\\udb40\\udc41\\ud800');
  });

  it('does not change what a JSON document means', () => {
    const value = { 'a\u202e': 'b\u001b\u{e0041}' };
    expect(JSON.parse(printable(JSON.stringify(value, null, 2)))).to.deep.equal(value);
  });
});

describe('the arguments of a command', () => {
  it('have `--json`, options and their negations', () => {
    const options = { port: { type: 'string' }, cache: { type: 'boolean', default: true } } as const;
    const { values, positionals } = argumentsOf(['a', '--port', '1', '--no-cache', '--json'], options);
    expect({ ...values }).to.deep.equal({ port: '1', cache: false, json: true });
    expect(positionals).to.deep.equal(['a']);
    expect(argumentsOf([], options).values).to.include({ cache: true, json: false });
  });

  it('are counted', () => {
    expect(exactly(['a', 'b'], ['one', 'two'])).to.deep.equal(['a', 'b']);
    expect(failure(() => exactly(['a'], ['one', 'two']))).to.include({ message: '<two> is missing' });
    const tooMany = failure(() => exactly(['a', 'b'], ['one']));
    expect(tooMany).to.be.instanceOf(Misuse).and.include({ message: 'too many arguments', name: 'Misuse' });
  });

  it('may contain dots and the letters eyJ', () => {
    expect(() =>
      refuseTokens(['options.prod.ts', 'eyJ', '--path', '/a.b.c', '/files/eyJa.json']),
    ).to.not.throw();
  });
});

describe('readInput and readJson', () => {
  async function* input(...chunks: string[]) {
    yield* chunks;
  }
  const message = (promise: Promise<unknown>) => promise.then(String, (error: Error) => error.message);

  it('read a file, or standard input for `-`', async () => {
    expect(await readInput('--event', 'package.json', input())).to.equal(
      fs.readFileSync('package.json', 'utf8'),
    );
    const bytes = Buffer.from('{"a":"é"}');
    async function* split() {
      yield bytes.subarray(0, 7);
      yield bytes.subarray(7);
    }
    expect(await readJson('--event', '-', split() as Input)).to.deep.equal({ a: 'é' });
  });

  it('say what cannot be read, without its text', async () => {
    expect(await message(readInput('--token', 'none.txt', input()))).to.equal(
      '--token: none.txt cannot be read (ENOENT)',
    );
    expect(await message(readJson('--claims', '-', input('{"secret"')))).to.equal(
      '--claims: standard input is not JSON',
    );
    expect(await message(readJson('--claims', 'README.md', input()))).to.equal(
      '--claims: README.md is not JSON',
    );
  });
});
