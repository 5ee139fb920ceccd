import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { checkedEmf, sums } from '../support/emf.ts';

const FUNCTION = fileURLToPath(new URL('./fixtures/concurrent-function.ts', import.meta.url));

interface Line {
  readonly decision?: string;
  readonly requestId?: string;
  readonly principalId?: string;
  readonly detail?: string;
  readonly error?: { readonly message: string };
  readonly loggerError?: { readonly message: string };
  readonly answer?: {
    readonly requestId: string;
    readonly outcome: { readonly kind: string; readonly response?: { readonly principalId: string } };
  };
}

async function invokeAtOnce(kind: 'store' | 'no store'): Promise<{ output: string; errors: string }> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', FUNCTION, kind], {
    env: { ...process.env, AWS_LAMBDA_MAX_CONCURRENCY: '64' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { output, errors };
}

const linesOf = (output: string) =>
  output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line);

/** Each line of a decision belongs to the answer of its request. */
function expectApart(lines: readonly Line[]): void {
  const decisions = lines.filter(({ decision }) => decision !== undefined);
  expect(decisions).to.have.length(40);
  expect(new Set(decisions.map(({ requestId }) => requestId)).size).to.equal(40);
  for (const { decision, requestId = '', principalId, detail, error } of decisions) {
    const user = requestId.replace('request', 'auth0|user');
    expect(principalId).to.equal(user);
    expect(decision).to.equal(user.endsWith('7') ? 'fault' : user.endsWith('3') ? 'deny' : 'allow');
    if (decision === 'fault') expect(error?.message).to.equal(`broken for ${user}`);
    if (decision === 'deny') expect(detail).to.equal(`not ${user}`);
  }
}

function expectAnswers(lines: readonly Line[]): void {
  const answers = lines.flatMap(({ answer }) => answer ?? []);
  expect(answers).to.have.length(40);
  for (const { requestId, outcome } of answers) {
    const user = requestId.replace('request', 'auth0|user');
    expect(outcome.kind).to.equal(user.endsWith('7') ? 'error' : 'response');
    if (outcome.kind === 'response') expect(outcome.response?.principalId).to.equal(user);
  }
}

describe('several invocations in one process (Lambda Managed Instances)', function () {
  this.timeout(60_000);

  const counts = {
    'Decisions allow': 32,
    'Decisions deny': 4,
    'Decisions fault': 4,
    'Refusals handler_forbidden': 4,
    'Faults handler_error': 4,
    ColdStart: 1,
  };

  it('keep their lines, decisions and metrics apart, with the InvokeStore of the runtime', async () => {
    const { output, errors } = await invokeAtOnce('store');
    const lines = linesOf(output + errors);
    expectApart(lines);
    expectAnswers(lines);
    expect(lines.filter(({ loggerError }) => loggerError !== undefined)).to.deep.equal([]);
    expect(checkedEmf(output)).to.have.length(40);
    expect(sums(checkedEmf(output))).to.deep.equal(counts);
  });

  it('keep them apart without that store: console.error writes the lines that Powertools cannot write', async () => {
    const { output, errors } = await invokeAtOnce('no store');
    expectApart(linesOf(errors));
    expectAnswers(linesOf(output));
    for (const { loggerError } of linesOf(errors)) {
      expect(loggerError?.message).to.equal('InvokeStore is not available');
    }
    expect(sums(checkedEmf(output))).to.deep.equal(counts);
  });
});
