import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { main } from '../../lib/cli/main.ts';
import type { JwksOptions } from '../../lib/jwks/jwks-options.ts';
import { parseJwksOptions } from '../../lib/jwks/jwks-settings.ts';
import { testKey } from '../support/issuer.ts';
import { type JwksServer, MISBEHAVIOURS, startJwksServer } from '../support/jwks-server.ts';

describe('the command line', () => {
  let server: JwksServer;
  let out: string;
  let err: string;

  beforeEach(async () => {
    const rsa = (await testKey()).jwk;
    const { alg: _, ...open } = (await testKey(1)).jwk;
    const ec = (await testKey(0, 'ES256')).jwk;
    server = await startJwksServer([
      rsa,
      { ...open, x5c: ['MII'] },
      ec,
      { ...rsa, kid: 'enc', use: 'enc' },
      { kty: 'RSA' },
    ]);
    out = '';
    err = '';
  });
  afterEach(() => server.close());

  const run = (...args: string[]) =>
    main(args, { write: (text: string) => (out += text) }, { write: (text: string) => (err += text) });

  it('prints the keys that can be pinned, and names those that it leaves out', async () => {
    expect(await run('jwks', server.uri)).to.equal(0);
    const jwks = JSON.parse(out) as { keys: Record<string, unknown>[] };
    expect(jwks.keys.map(({ alg }) => alg)).to.deep.equal(['RS256', undefined, 'ES256']);
    expect(jwks.keys[1]).to.have.all.keys('kid', 'use', 'kty', 'n', 'e');
    const { pinned } = parseJwksOptions({ keys: jwks } as unknown as JwksOptions, 'jwks');
    expect(pinned).to.have.keys(...jwks.keys.map(({ kid }) => kid as string));
    expect(err).to.equal('left out key 3 ("enc"): not for signatures\nleft out key 4 (no kid): no kid\n');
  });

  it('prints the reason and exits with 1 when the keys cannot be fetched', async () => {
    server.behaviour = MISBEHAVIOURS['answers 429']?.behaviour ?? server.behaviour;
    expect(await run('jwks', server.uri)).to.equal(1);
    expect(err).to.equal(`${server.uri} answered 429\n`);
    expect(out).to.equal('');
  });

  it('prints why no key can be used', async () => {
    server.keys = [{ kty: 'RSA', kid: 'x', x5c: ['MII'] }];
    expect(await run('jwks', server.uri)).to.equal(1);
    expect(err).to.equal(`${server.uri} sent no key that can be used: key 0 ("x"): modulus missing\n`);
  });

  it('prints why a domain cannot be reached', async () => {
    expect(await run('jwks', 'tenant.invalid')).to.equal(1);
    expect(err)
      .to.include('https://tenant.invalid/.well-known/jwks.json cannot be reached')
      .and.include('ENOTFOUND');
  });

  it('refuses an argument that is not a domain and not an address', async () => {
    expect(await run('jwks', 'tenant.eu.auth0.com/path')).to.equal(2);
    expect(err).to.match(/^domain: /);
    expect(await run('jwks', 'http://tenant.eu.auth0.com/jwks.json')).to.equal(2);
    expect(err).to.include('address: must begin with https://');
  });

  for (const address of ['https://tenant.eu.auth0.com', 'https://tenant.eu.auth0.com/']) {
    it(`refuses ${address} and names the domain to write instead`, async () => {
      expect(await run('jwks', address)).to.equal(2);
      expect(err).to.match(/ write only the domain, tenant\.eu\.auth0\.com\n$/);
      expect(out).to.equal('');
    });
  }

  it('passes on an error that is a bug', async () => {
    const broken = main(
      ['jwks', server.uri],
      {
        write: () => {
          throw new TypeError('a bug');
        },
      },
      { write: () => true },
    );
    const error = await broken.then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(TypeError);
  });

  it('prints its usage with --help, on standard output', async () => {
    for (const flag of ['--help', '-h']) {
      out = '';
      expect(await run(flag)).to.equal(0);
      expect(out)
        .to.include('Usage: middy-auth0-authorizer <command>')
        .and.match(/^ {2}jwks +Prints/m);
      out = '';
      expect(await run('jwks', flag)).to.equal(0);
      expect(out).to.include('Usage: middy-auth0-authorizer jwks <domain or JWKS address>');
      expect(out).to.include('to be pinned at deploy time');
    }
    expect(err).to.equal('');
  });

  it('prints its usage when misused, on standard error', async () => {
    for (const args of [[], ['jwks'], ['jwks', 'a.example', 'b.example'], ['keys', 'a.example'], ['']]) {
      err = '';
      expect(await run(...args)).to.equal(2);
      expect(err)
        .to.match(/^\S.*\n\nUsage: /)
        .and.include(`Usage: middy-auth0-authorizer ${args[0] === 'jwks' ? 'jwks' : '<command>'}`);
    }
    expect(out).to.equal('');
  });

  it('runs when started, not when imported', () => {
    const file = new URL('../../lib/cli/main.ts', import.meta.url).pathname;
    const started = spawnSync(process.execPath, [file, '--help'], { encoding: 'utf8' });
    expect(started.stdout).to.include('Usage:');
    expect(started.status).to.equal(0);
    const imported = spawnSync(
      process.execPath,
      ['--input-type=module', '-e', `await import(${JSON.stringify(file)})`],
      {
        encoding: 'utf8',
      },
    );
    expect(imported.stdout + imported.stderr).to.not.include('Usage:');
    expect(imported.status).to.equal(0);
  });
});
