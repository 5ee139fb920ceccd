import { expect } from 'chai';
import fc from 'fast-check';
import type { ExecuteApiArn } from '../../lib/iam/arn.ts';
import { evaluatePolicy } from '../../lib/iam/evaluate.ts';
import { isPlainResource, ownResourcePolicy, stagePolicy } from '../../lib/iam/request-policy.ts';

function arnOf(parts: Partial<ExecuteApiArn> = {}): ExecuteApiArn {
  const arn = {
    partition: 'aws',
    region: 'eu-west-1',
    accountId: '123456789012',
    apiId: 'abc',
    stage: 'prod',
    verb: 'GET',
    path: '/users/1',
    routeKey: null,
    ...parts,
  };
  const tail = arn.routeKey ?? `${arn.verb}${arn.path}`;
  const { partition, region, accountId, apiId, stage } = arn;
  const stagePrefix = `arn:${partition}:execute-api:${region}:${accountId}:${apiId}/${stage}/`;
  return { text: `${stagePrefix}${tail}`, stagePrefix, ...arn };
}

const webSocket = arnOf({ verb: null, path: null, routeKey: '$connect' });

describe('stagePolicy', () => {
  it('covers all verbs and paths of the stage, and no other stage or API', () => {
    const document = stagePolicy('Allow', arnOf());
    for (const other of [arnOf(), arnOf({ verb: 'DELETE', path: '/' }), arnOf({ path: '/a/b:c/' })]) {
      expect(evaluatePolicy(document, { resource: other.text })).to.equal('allow');
    }
    for (const other of [
      arnOf({ stage: 'prod2' }),
      arnOf({ apiId: 'abcd' }),
      arnOf({ region: 'eu-west-2' }),
    ]) {
      expect(evaluatePolicy(document, { resource: other.text })).to.equal('implicit-deny');
    }
  });

  it('keeps the partition and the $default stage', () => {
    for (const partition of ['aws-cn', 'aws-us-gov']) {
      const arn = arnOf({ partition, stage: '$default' });
      expect(stagePolicy('Allow', arn).Statement[0]?.Resource).to.equal(
        `arn:${partition}:execute-api:eu-west-1:123456789012:abc/$default/*`,
      );
      expect(evaluatePolicy(stagePolicy('Allow', arn), { resource: arn.text })).to.equal('allow');
    }
  });

  it('names $connect on WebSocket, whose ARN has no verb', () => {
    const document = stagePolicy('Allow', webSocket);
    expect(document.Statement[0]?.Resource).to.match(/:abc\/prod\/\$connect$/);
    expect(evaluatePolicy(document, { resource: webSocket.text })).to.equal('allow');
  });

  it('denies explicitly', () => {
    const verdict = evaluatePolicy(stagePolicy('Deny', arnOf()), { resource: arnOf({ path: '/x' }).text });
    expect(verdict).to.equal('explicit-deny');
  });

  it('never allows when the API or the stage has pattern characters', () => {
    for (const parts of [{ stage: 'a*' }, { apiId: '?' }, { stage: '${x}' }, { apiId: '*', stage: '*' }]) {
      expect(evaluatePolicy(stagePolicy('Allow', arnOf(parts)), { resource: arnOf(parts).text })).to.equal(
        'explicit-deny',
      );
    }
  });
});

describe('policies for the stage *, which is in the sample event of AWS', () => {
  const anyStage = arnOf({ stage: '*' });

  it('cover all stages of the API when made for the stage', () => {
    const document = stagePolicy('Allow', anyStage);
    expect(document.Statement[0]?.Resource).to.equal('arn:aws:execute-api:eu-west-1:123456789012:abc/*/*');
    for (const own of [anyStage, arnOf({ stage: 'dev' })]) {
      expect(evaluatePolicy(document, { resource: own.text })).to.equal('allow');
    }
    const other = arnOf({ apiId: 'abcd' });
    expect(evaluatePolicy(document, { resource: other.text })).to.equal('implicit-deny');
  });

  it('deny one request on every stage, and never allow it, because the star crosses slashes', () => {
    for (const effect of ['Allow', 'Deny'] as const) {
      const document = ownResourcePolicy(effect, anyStage);
      for (const own of [anyStage, arnOf({ stage: 'dev' })]) {
        expect(evaluatePolicy(document, { resource: own.text })).to.equal('explicit-deny');
      }
      const other = arnOf({ path: '/users/2' });
      expect(evaluatePolicy(document, { resource: other.text })).to.equal('implicit-deny');
    }
  });
});

describe('ownResourcePolicy', () => {
  it('allows this request and no other', () => {
    const document = ownResourcePolicy('Allow', arnOf());
    expect(evaluatePolicy(document, { resource: arnOf().text })).to.equal('allow');
    for (const path of ['/users/2', '/users/1/', '/users', '/users/1/secrets']) {
      expect(evaluatePolicy(document, { resource: arnOf({ path }).text })).to.equal('implicit-deny');
    }
    expect(evaluatePolicy(ownResourcePolicy('Allow', webSocket), { resource: webSocket.text })).to.equal(
      'allow',
    );
  });

  it('denies this request explicitly, and no other request', () => {
    const document = ownResourcePolicy('Deny', arnOf());
    expect(evaluatePolicy(document, { resource: arnOf().text })).to.equal('explicit-deny');
    expect(evaluatePolicy(document, { resource: arnOf({ path: '/users/2' }).text })).to.equal(
      'implicit-deny',
    );
  });

  it('turns an Allow into a Deny when the path has pattern characters', () => {
    for (const path of ['/users/*', '/users/?', '/users/${aws:username}', '/users/${*}', '/*/x']) {
      const document = ownResourcePolicy('Allow', arnOf({ path }));
      expect(evaluatePolicy(document, { resource: arnOf({ path }).text }), path).to.equal('explicit-deny');
      expect(JSON.stringify(document)).to.not.match(/\*|\$\{/);
    }
  });

  it('writes printable ASCII into a Deny, which matches the request whatever its path contains', () => {
    for (const path of ['/users/é', '/admin ', '/a\tb\u0000', '/\u00a0/x', '/😀', '/日本*']) {
      const arn = arnOf({ path });
      const document = ownResourcePolicy('Deny', arn);
      expect(evaluatePolicy(document, { resource: arn.text }), path).to.equal('explicit-deny');
      expect(document.Statement[0]?.Resource).to.match(/^[\x21-\x7e]+$/);
      expect(evaluatePolicy(document, { resource: arnOf({ path: '/users/12' }).text })).to.equal(
        'implicit-deny',
      );
    }
  });

  it('never writes a resource longer than 512 characters, and denies longer paths', () => {
    const path = `/${'x'.repeat(600)}`;
    for (const effect of ['Allow', 'Deny'] as const) {
      const document = ownResourcePolicy(effect, arnOf({ path }));
      expect(document.Statement[0]?.Resource).to.have.lengthOf(512);
      expect(evaluatePolicy(document, { resource: arnOf({ path }).text })).to.equal('explicit-deny');
    }
  });

  it('writes a resource of exactly 512 characters as it is', () => {
    const longest = arnOf({ path: `/${'x'.repeat(512 - arnOf({ path: '/' }).text.length)}` });
    expect(longest.text).to.have.lengthOf(512);
    expect(isPlainResource(longest.text)).to.equal(true);
    expect(isPlainResource(`${longest.text}x`)).to.equal(false);
    for (const effect of ['Allow', 'Deny'] as const) {
      expect(ownResourcePolicy(effect, longest).Statement[0]).to.include({
        Effect: effect,
        Resource: longest.text,
      });
    }
  });

  it('writes no pattern for an API or a stage, unless the whole stage is *', () => {
    for (const parts of [{ stage: 'a*' }, { apiId: '*' }, { stage: '${x}' }]) {
      const [statement] = ownResourcePolicy('Allow', arnOf(parts)).Statement;
      expect(statement?.Effect).to.equal('Deny');
      expect(statement?.Resource, JSON.stringify(parts)).to.not.match(/\*|\$\{/);
    }
  });

  it('allows exactly the path, or denies it, for any path', () => {
    const piece = fc.constantFrom('a', 'b', '/', '*', '?', '$', '{', '}', '${', ':', '%2F', '..');
    const path = fc.array(piece, { maxLength: 8 }).map((pieces) => `/${pieces.join('')}`);
    fc.assert(
      fc.property(path, path, (own, other) => {
        const document = ownResourcePolicy('Allow', arnOf({ path: own }));
        const expected = isPlainResource(arnOf({ path: own }).text) ? 'allow' : 'explicit-deny';
        expect(evaluatePolicy(document, { resource: arnOf({ path: own }).text })).to.equal(expected);
        if (own !== other) {
          expect(evaluatePolicy(document, { resource: arnOf({ path: other }).text })).to.not.equal('allow');
        }
      }),
      { numRuns: 3000 },
    );
  });
});
