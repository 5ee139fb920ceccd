import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { send } from '../../demo/client.ts';
import { FROM_HEADER } from '../../demo/edge.ts';
import { metricValues } from '../../demo/metrics.ts';
import { TOUR } from '../../demo/tour/tour.ts';
import { walk } from '../../demo/walk.ts';
import { startWorld } from '../../demo/world.ts';
import { FAULTS } from '../../lib/index.ts';
import { emfProblems } from '../support/emf.ts';

const DEMO = fileURLToPath(new URL('../../demo/demo.ts', import.meta.url));

/** A demo in a process of its own. */
interface Run {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  /** What it has written to stdout so far. */
  output(): string;
  errors(): string;
  /** Settles when the text has been written; rejects when the process ends without. */
  until(text: string): Promise<void>;
  readonly exit: Promise<number | null>;
}

function run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Run {
  const { NO_COLOR: _no, FORCE_COLOR: _force, ...inherited } = process.env;
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', DEMO, ...args], {
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    errors += chunk;
  });
  const exit = once(child, 'close').then(([code]) => code as number | null);
  const until = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => output.includes(text) && resolve();
      child.stdout.on('data', look);
      exit.then(() => (output.includes(text) ? resolve() : reject(new Error(`no '${text}' in: ${errors}`))));
      look();
    });
  return { child, exit, until, output: () => output, errors: () => errors };
}

/** The sum of each divided metric, by the value of its dimension. */
function totals(lines: readonly string[]): Record<string, Record<string, number>> {
  const sums = [...metricValues(lines)].map(([name, values]) => [
    name,
    Object.fromEntries([...values].map(([by, all]) => [by, all.reduce((sum, one) => sum + one, 0)])),
  ]);
  return Object.fromEntries(sums);
}

describe('the demo', () => {
  const running: Run[] = [];
  let tour: Run;
  let open: Run;

  // Both wait for keys to grow old most of the time, so they go side by side.
  before(() => {
    tour = start(['--once']);
    open = start([], { FORCE_COLOR: '1' });
  });
  const start = (...args: Parameters<typeof run>): Run => {
    const started = run(...args);
    running.push(started);
    return started;
  };

  after(() => {
    for (const { child } of running.splice(0)) child.kill('SIGKILL');
  });

  it('walks the whole tour with --once, prints each answer and exits with 0', async () => {
    const exit = await tour.exit;
    const output = tour.output();
    expect(exit, output + tour.errors()).to.equal(0);
    for (const { title, request, expect: expected } of TOUR) {
      const from = output.indexOf(`  ${title}\n`);
      expect(from, title).to.be.greaterThan(-1);
      const shown = output.slice(from, output.indexOf('\n\n', from)).split('\n');
      expect(shown[1], title).to.include(request);
      expect(shown[2], title).to.match(new RegExp(`^ +${expected.status}( ${expected.code ?? '$'}|$)`));
      if ((expected.by ?? 'authorizer') === 'authorizer') {
        const line = JSON.parse(shown[3] ?? '');
        expect(line.refusal ?? line.fault, title).to.equal(expected.code);
        expect(line, title).to.include.keys('decision', 'gateway', 'durationMs', 'coldStart');
      }
    }
    expect(output).to.include(`All ${TOUR.length} requests were answered as expected.`);
    // Every JSON object begins with these letters in base64url, so every part of a token but its signature does.
    expect(output, 'no token may be shown').not.to.include('eyJ');
    expect(output, 'no colour when piped').not.to.include('\u001b[');
    expect(tour.errors()).to.equal('');
  });

  it('writes metrics that CloudWatch accepts, and that count each decision of the tour once', async () => {
    await tour.exit;
    const lines = tour
      .output()
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line.startsWith('{"_aws":'));
    expect(lines.flatMap((line) => emfProblems(line))).to.deep.equal([]);
    const decided = TOUR.filter(({ expect: { by = 'authorizer' } }) => by === 'authorizer');
    const codes = decided.map(({ expect: { code } }) => code ?? 'allow');
    const isFault = (code: string) => Object.hasOwn(FAULTS, code);
    const counts = (values: readonly string[]) => {
      const found: Record<string, number> = {};
      for (const value of values) found[value] = (found[value] ?? 0) + 1;
      return found;
    };
    expect(totals(lines)).to.deep.include({
      Decisions: counts(codes.map((code) => (code === 'allow' ? code : isFault(code) ? 'fault' : 'deny'))),
      Refusals: counts(codes.filter((code) => code !== 'allow' && !isFault(code))),
      Faults: counts(codes.filter(isFault)),
    });
    const durations = metricValues(lines).get('Duration')?.get('');
    expect(durations).to.have.length(decided.length);
  });

  it('stays up for more requests until Ctrl-C, in colour if FORCE_COLOR is set', async () => {
    await open.until('oauth/token -d');
    const output = open.output();
    expect(output).to.include('\u001b[');
    const token = /^READER='(\S+)'$/m.exec(output)?.[1];
    const url = /curl -i -H "Authorization: Bearer \$READER" (http:\S+)\/orders$/m.exec(output)?.[1] ?? '';
    const request = { method: 'GET', target: '/orders' };
    const headers = { Authorization: `Bearer ${token}` };
    expect(await send(url, { ...request, headers })).to.equal(200);
    const abroad = { ...headers, [FROM_HEADER]: '192.0.2.10' };
    expect(await send(url, { ...request, headers: abroad })).to.equal(403);
    const visits = () => open.output().slice(output.length);
    while (!visits().includes('"refusal":"country_not_allowed"')) await once(open.child.stdout, 'data');
    expect(visits(), 'a token that comes in is not shown').not.to.include(token);
    open.child.kill('SIGINT');
    expect(await open.exit).to.equal(0);
    expect(open.output()).to.match(/Stopped\.\n$/);
  });

  it('reports a step with an unexpected answer', async () => {
    const world = await startWorld(0);
    try {
      const [good] = TOUR;
      if (good === undefined) throw new Error('the tour is empty');
      const bad = { ...good, title: 'bad', expect: { status: 403, code: 'ip_not_allowed' } } as const;
      const failed = await walk(world, [good, bad], () => {});
      expect(failed.map(({ step }) => step.title)).to.deep.equal(['bad']);
      expect(failed[0]?.differences).to.deep.equal([
        'status: 403 expected, 200 found',
        'code: ip_not_allowed expected, none found',
      ]);
    } finally {
      await world.close();
    }
  });

  it('exits with 2 if a port is in use', async () => {
    const taken = http.createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const demo = start(['--once', '--port', `${port}`]);
    expect(await demo.exit).to.equal(2);
    expect(demo.errors()).to.include(`port ${port} is in use`);
    taken.close();
  });

  it('prints the usage with --help', async () => {
    const demo = start(['--help']);
    expect(await demo.exit).to.equal(0);
    expect(demo.output()).to.match(/^Usage: /);
  });

  for (const args of [['--twice'], ['--port', 'http'], ['--port', '70000'], ['--port', '-1'], ['tour']]) {
    it(`exits with 2 and prints the usage on ${args.join(' ')}`, async () => {
      const demo = start(args);
      expect(await demo.exit).to.equal(2);
      expect(demo.errors()).to.match(/\n\nUsage: /);
      expect(demo.output()).to.equal('');
    });
  }
});
