import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { createCpuQuota } from '../../bench/cold/cpu-quota.ts';
import { BARE_CREATE, harnessOf } from '../../bench/cold/harness.ts';
import { coldStart } from '../../bench/cold/process.ts';
import { readingMs } from '../../bench/cold/reading.ts';
import { type IdentityProvider, startIdentityProvider } from '../../bench/identity-provider.ts';

/** Works for so many milliseconds of CPU time in the invocation. */
const busy = (milliseconds: number) => `
  const create = () => () => {
    const before = process.cpuUsage();
    const spent = () => { const { user, system } = process.cpuUsage(before); return (user + system) / 1000; };
    while (spent() < ${milliseconds});
    return { policyDocument: { Statement: [{ Effect: 'Allow' }] } };
  };`;

describe('the start of a process in the bench', () => {
  let folder: string;
  let provider: IdentityProvider;
  before(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cold-'));
    provider = await startIdentityProvider();
  });
  after(async () => {
    await provider.close();
    fs.rmSync(folder, { recursive: true });
  });

  function fileOf(create: string): string {
    const file = path.join(folder, 'function.mjs');
    fs.writeFileSync(file, harnessOf(create));
    return file;
  }

  it('is measured in two phases, with the event sent after the init phase', async () => {
    const calls: string[] = [];
    const started = await coldStart(fileOf(BARE_CREATE), provider.plain, provider, {
      started: (pid) => calls.push(pid > 0 ? 'started' : 'not started'),
      initialised: () => calls.push('initialised'),
    });
    expect(calls).to.deep.equal(['started', 'initialised']);
    expect(started.imported).to.be.above(0).and.at.most(started.init);
    expect(started.invocation).to.be.above(0);
    expect(started.cpu).to.be.above(0);
    expect(started.rssMb).to.be.above(10);
  });

  it('fails when the contender refuses a good token, or throws', async () => {
    const denying = BARE_CREATE.replace('Allow', 'Deny');
    const messages = [];
    for (const create of [denying, 'const create = () => () => process.exit(7);', 'process.exit(8);']) {
      const file = fileOf(create);
      messages.push(await coldStart(file, provider.plain, provider).catch(({ message }) => message));
    }
    expect(messages[0]).to.match(/refused a good token/);
    expect(messages[1]).to.match(/exit code 7/);
    expect(messages[2]).to.match(/exit code 8/);
  });

  it('includes the time in which V8 reads the file, which grows with the file', async () => {
    const small = await readingMs(fileOf(BARE_CREATE), 3);
    const functions = Array.from(
      { length: 3000 },
      (_, index) => `function f${index}(a) { return [a, ${index}]; }`,
    );
    const large = await readingMs(fileOf([BARE_CREATE, ...functions].join('\n')), 3);
    expect(small).to.be.above(0);
    expect(large).to.be.above(small);
  });

  it('gives the invocation the CPU share of its memory size, where a control group can be created', async function () {
    const attempt = createCpuQuota(100);
    if (attempt.kind === 'none') {
      expect(attempt.why).to.match(/control group|cannot be created/);
      this.skip();
    }
    const { quota } = attempt;
    try {
      const { invocation } = await coldStart(fileOf(busy(30)), provider.plain, provider, {
        started: (pid) => quota.take(pid),
        initialised: () => quota.limitTo(128),
      });
      // 7.2 ms of each 100 ms: 30 ms of work need more than 3 periods.
      expect(invocation).to.be.above(250);
    } finally {
      quota.close();
    }
  });
});
