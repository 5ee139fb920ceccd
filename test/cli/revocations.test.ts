import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { main } from '../../lib/cli/main.ts';
import { revokeTokens } from '../../lib/revocations/revoke-tokens.ts';
import { addRevocations, type WritableStore } from '../../lib/revocations/store.ts';

/** A module as users write it: a store of one file, which says when it is closed. */
const MODULE = `
import fs from 'node:fs';
const file = new URL('record.json', import.meta.url);
export const store = {
  async read(id) {
    return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8'))[id] ?? null : null;
  },
  async write(id, record) {
    fs.writeFileSync(file, JSON.stringify({ [id]: record }));
  },
  async lease() {
    return true;
  },
};
export const close = async () => fs.appendFileSync(new URL('closed', import.meta.url), 'closed ');
`;

const BROKEN = `
const down = async () => { throw new Error('the store is down'); };
export const store = { read: down, write: down, lease: down };
`;

const READ_ONLY = 'export const store = { read: async () => null };';

describe('the command line for revocations', () => {
  let folder: string;
  let module: string;
  let store: WritableStore;
  let out: string;
  let err: string;

  beforeEach(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'revocations-'));
    module = file('store.mjs', MODULE);
    ({ store } = await import(module));
    out = '';
    err = '';
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  function file(name: string, text: string): string {
    const full = path.join(folder, name);
    fs.writeFileSync(full, text);
    return full;
  }

  const run = (...args: string[]) => {
    out = '';
    err = '';
    return main(args, { write: (text: string) => (out += text) }, { write: (text: string) => (err += text) });
  };
  const nowInSeconds = () => Math.floor(Date.now() / 1000);

  async function listed(): Promise<Record<string, unknown>[]> {
    expect(await run('revocations', 'list', '--json', '--store', module)).to.equal(0);
    return JSON.parse(out);
  }

  describe('revoke', () => {
    it('revokes the tokens of a user that were issued until now, for 30 days', async () => {
      const before = nowInSeconds();
      expect(await run('revoke', '--sub', 'auth0|1', '--store', module)).to.equal(0);
      expect(err).to.equal('');
      expect(out).to.match(
        /^sub "auth0\|1": tokens issued before \d{4}-.*:\d\dZ are revoked, until \d{4}-.*Z\n$/,
      );
      const [entry] = await listed();
      expect(entry).to.include({ kind: 'sub', value: 'auth0|1' });
      expect(entry?.['issuedBefore']).to.be.within(before + 1, nowInSeconds() + 1);
      expect(entry?.['until']).to.equal(Number(entry?.['issuedBefore']) + 2_592_000 + 300);
    });

    it('revokes several kinds at once, and prints only what it revoked', async () => {
      await run('revoke', '--sub', 'earlier', '--store', module);
      const kinds = [
        '--sub',
        'a',
        '--sub',
        'b',
        '--client',
        'c',
        '--org',
        'org_o',
        '--sid',
        's',
        '--jti',
        'j',
      ];
      expect(await run('revoke', ...kinds, '--store', module)).to.equal(0);
      expect(out).to.not.include('earlier');
      expect(out.split('\n').map((line) => line.split(':')[0])).to.deep.equal([
        'sub "a"',
        'sub "b"',
        'org_id "org_o"',
        'client "c"',
        'sid "s"',
        'jti "j"',
        '',
      ]);
    });

    it('takes a time with its zone or epoch seconds, and how long tokens live', async () => {
      const minute = Math.floor(nowInSeconds() / 60) * 60 - 60;
      const iso = new Date(minute * 1000).toISOString();
      for (const time of [iso, iso.replace('Z', '+00:00'), String(minute)]) {
        fs.rmSync(path.join(folder, 'record.json'), { force: true });
        const args = ['--issued-before', time, '--for', '3600', '--store', module];
        expect(await run('revoke', '--client', 'c', ...args)).to.equal(0);
        expect(await listed()).to.deep.equal([
          { kind: 'client', value: 'c', issuedBefore: minute, until: minute + 3900 },
        ]);
      }
    });

    it('refuses times and lifetimes that make no sense', async () => {
      for (const [option, value] of [
        ['--issued-before', '2026-11-28T10:00:00'],
        ['--issued-before', '28.11.2026Z'],
        ['--issued-before', 'today'],
        ['--issued-before', ''],
        ['--for', 'long'],
        ['--for', '0'],
        ['--for', '2592001'],
      ] as const) {
        expect(await run('revoke', '--sub', 'a', option, value, '--store', module)).to.equal(2);
        expect(err).to.include(`${option}: `);
      }
      expect(await run('revoke', '--sub', 'a', '--issued-before', '99999999999', '--store', module)).to.equal(
        2,
      );
      expect(err).to.include('issuedBefore: ');
    });

    it('refuses a token as an argument, and does not repeat it', async () => {
      const token = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl';
      for (const value of [token, `Bearer ${token}`]) {
        expect(await run('revoke', '--jti', value, '--store', module)).to.equal(2);
        expect(err)
          .to.match(/^an argument contains a token: /)
          .and.not.include(token);
      }
    });

    it('refuses the name of an organization, which no entry is compared with', async () => {
      expect(await run('revoke', '--org', 'acme', '--store', module)).to.equal(2);
      expect(err).to.include('--org: must be the id of an organization');
      expect(await listed()).to.deep.equal([]);
    });

    it('says that it revokes nothing when all of the tokens have expired', async () => {
      const longAgo = ['--issued-before', '2020-01-01T00:00:00Z'];
      expect(await run('revoke', '--sub', 'a', ...longAgo, '--store', module)).to.equal(0);
      expect(out).to.include('nothing to revoke');
      expect(await run('revoke', '--sub', 'a', ...longAgo, '--store', module, '--json')).to.equal(0);
      expect(JSON.parse(out)).to.deep.equal([]);
      expect(await listed()).to.deep.equal([]);
    });
  });

  describe('revocations list', () => {
    it('prints nothing if nothing is revoked', async () => {
      expect(await run('revocations', 'list', '--store', module)).to.equal(0);
      expect(out).to.equal('');
      expect(await listed()).to.deep.equal([]);
    });

    it('leaves out what has no effect any more', async () => {
      const past = nowInSeconds() - 1000;
      const old = { kind: 'sub', value: 'old', issuedBefore: past, until: past + 1 } as const;
      await addRevocations(store, [old, { ...old, value: 'valid', until: past + 5000 }], past);
      expect(await run('revocations', 'list', '--store', module)).to.equal(0);
      expect(out)
        .to.match(/^sub "valid": /)
        .and.not.include('old');
    });

    it('escapes what a terminal would obey, in text and in JSON', async () => {
      const sub = 'a\u001b[31m\n\u009b\u202e\u{e0041}"ключ';
      await revokeTokens({ store, tokens: { sub } });
      await run('revocations', 'list', '--store', module);
      expect(out).to.match(/^sub "a\\u001b\[31m\\n\\u009b\\u202e\\udb40\\udc41\\"ключ": [ -~]*\n$/);
      const [entry] = await listed();
      expect(entry).to.have.property('value', sub);
      expect(out).to.not.match(/(?!\n)\p{C}/u);
    });

    it('prints times that no calendar has', async () => {
      const far = { kind: 'sub', value: 'a', issuedBefore: 1, until: Number.MAX_SAFE_INTEGER } as const;
      await addRevocations(store, [far], 0);
      expect(await run('revocations', 'list', '--store', module)).to.equal(0);
      expect(out).to.include('until +275760-09-13T00:00:00Z');
    });
  });

  it('revocations prune drops what has no effect any more, and counts', async () => {
    const past = nowInSeconds() - 1000;
    const old = { kind: 'sub', value: 'old', issuedBefore: past, until: past + 1 } as const;
    await addRevocations(store, [old, { ...old, value: 'valid', until: past + 5000 }], past);
    expect(await run('revocations', 'prune', '--store', module)).to.equal(0);
    expect(out).to.equal('dropped 1, left 1\n');
    expect(await run('revocations', 'prune', '--store', module)).to.equal(0);
    expect(out).to.equal('dropped 0, left 1\n');
    expect(await run('revocations', 'prune', '--json', '--store', module)).to.equal(0);
    expect(JSON.parse(out)).to.deep.equal({ dropped: 0, left: 1 });
  });

  const COMMANDS = [
    ['revoke', '--sub', 'a'],
    ['revocations', 'list'],
    ['revocations', 'prune'],
  ];

  it('closes the connection of the module after each command, also after a failure', async () => {
    for (const command of COMMANDS) expect(await run(...command, '--store', module)).to.equal(0);
    fs.writeFileSync(path.join(folder, 'record.json'), '{"revocations":"damaged"}');
    expect(await run('revocations', 'list', '--store', module)).to.equal(1);
    expect(err).to.include('revocations');
    expect(fs.readFileSync(path.join(folder, 'closed'), 'utf8')).to.equal('closed closed closed closed ');
  });

  it('prints why the store failed, and exits with 1', async () => {
    const broken = file('broken.mjs', BROKEN);
    for (const command of COMMANDS) {
      expect(await run(...command, '--store', broken)).to.equal(1);
      expect(err).to.equal('the store failed: the store is down\n');
    }
  });

  it('prints no character of an error that a terminal obeys', async () => {
    const text = BROKEN.replace('is down', 'is \\u001b[31mdown');
    expect(await run('revocations', 'list', '--store', file('red.mjs', text))).to.equal(1);
    expect(err).to.equal('the store failed: the store is \\u001b[31mdown\n');
  });

  it('refuses a module that cannot be used', async () => {
    for (const command of COMMANDS) {
      expect(await run(...command)).to.equal(2);
      expect(err).to.match(/^--store: is missing/);
      expect(await run(...command, '--store', path.join(folder, 'none.mjs'))).to.equal(2);
      expect(err).to.match(/^--store: cannot be loaded: .* does not exist\n$/);
      expect(await run(...command, '--store', file('empty.mjs', 'export {};'))).to.equal(2);
      expect(err).to.match(/^--store: names a module that exports no `store`/);
    }
    const readOnly = file('read-only.mjs', READ_ONLY);
    expect(await run('revocations', 'list', '--store', readOnly)).to.equal(0);
    expect(await run('revocations', 'prune', '--store', readOnly)).to.equal(2);
    expect(err).to.match(/^store: only reads/);
  });

  it('prints its usage when misused', async () => {
    for (const args of [
      ['revoke', '--store', 'store.mjs'],
      ['revoke', 'auth0|1', '--store', 'store.mjs'],
      ['revoke', '--user', 'a'],
      ['revocations'],
      ['revocations', 'list', 'all'],
      ['revocations', 'clear'],
      ['revocations', 'list', '--yaml'],
    ]) {
      expect(await run(...args)).to.equal(2);
      expect(err).to.include(`Usage: middy-auth0-authorizer ${args[0]} `);
      expect(out).to.equal('');
    }
  });

  it('is on the command line', () => {
    const cli = new URL('../../lib/cli/main.ts', import.meta.url).pathname;
    const args = [cli, 'revoke', '--sub', 'a', '--store', module];
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(status).to.equal(0);
    expect(stdout).to.match(/^sub "a": /);
    expect(spawnSync(process.execPath, [cli, '--help'], { encoding: 'utf8' }).stdout)
      .to.match(/^ {2}revoke +Revokes/m)
      .and.match(/^ {2}revocations +Lists/m);
  });
});
