import { expect } from 'chai';
import fc from 'fast-check';
import { parseExecuteApiArn } from '../../lib/iam/arn.ts';

const PREFIX = 'arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5';

describe('parseExecuteApiArn', () => {
  it('returns the parts of an ARN and its text', () => {
    const text = `${PREFIX}/prod/GET/orders/42`;
    expect(parseExecuteApiArn(text)).to.deep.equal({
      text,
      partition: 'aws',
      region: 'eu-central-1',
      accountId: '123456789012',
      apiId: 'a1b2c3d4e5',
      stage: 'prod',
      stagePrefix: `${PREFIX}/prod/`,
      verb: 'GET',
      path: '/orders/42',
      routeKey: null,
    });
  });

  it('reads each ARN independently of the one before', () => {
    const stages = ['prod', 'prod2', 'pro', 'prod-eu', '$default', '*'];
    const apis = ['abc', 'abcd', 'ab'];
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...apis), fc.constantFrom(...stages), fc.nat(9)), {
          maxLength: 20,
        }),
        (requests) => {
          for (const [apiId, stage, id] of requests) {
            const text = `arn:aws:execute-api:eu-west-1:123456789012:${apiId}/${stage}/GET/x/${id}`;
            const arn = parseExecuteApiArn(text);
            expect(arn).to.include({ text, apiId, stage, verb: 'GET', path: `/x/${id}` });
            expect(arn?.stagePrefix).to.equal(text.slice(0, text.indexOf('GET')));
          }
        },
      ),
    );
  });

  it('builds the prefix of a stage other than the one that was read last', () => {
    const [one, other] = ['prod', 'test'].map((stage) => parseExecuteApiArn(`${PREFIX}/${stage}/GET/x`));
    expect(one?.stagePrefix).to.equal(`${PREFIX}/prod/`);
    expect(other?.stagePrefix).to.equal(`${PREFIX}/test/`);
  });

  it('keeps the partition', () => {
    for (const partition of ['aws-cn', 'aws-us-gov']) {
      const text = `arn:${partition}:execute-api:cn-north-1:123456789012:abc/prod/GET/x`;
      expect(parseExecuteApiArn(text)?.partition).to.equal(partition);
    }
  });

  it('returns the path `/` for the root, with and without the slash', () => {
    expect(parseExecuteApiArn(`${PREFIX}/prod/GET/`)).to.include({ verb: 'GET', path: '/' });
    expect(parseExecuteApiArn(`${PREFIX}/prod/GET`)).to.include({ verb: 'GET', path: '/' });
  });

  it('reads the stage $default', () => {
    expect(parseExecuteApiArn(`${PREFIX}/$default/POST/lambda`)).to.include({
      stage: '$default',
      path: '/lambda',
    });
  });

  it("reads the stage * of AWS's own sample event", () => {
    const sample = 'arn:aws:execute-api:us-east-1:123456789012:ymy8tbxw7b/*/GET/';
    expect(parseExecuteApiArn(sample)).to.include({ text: sample, stage: '*', verb: 'GET', path: '/' });
  });

  it('returns the route key of a WebSocket ARN, without a verb and a path', () => {
    expect(parseExecuteApiArn(`${PREFIX}/prod/$connect`)).to.include({
      verb: null,
      path: null,
      routeKey: '$connect',
    });
  });

  it('keeps the case of the verb, because policies are compared with it character by character', () => {
    expect(parseExecuteApiArn(`${PREFIX}/prod/get/x`)?.verb).to.equal('get');
  });

  it('accepts the names that emulators write for account and API', () => {
    const arn = parseExecuteApiArn('arn:aws:execute-api:us-east-1:random-account-id:random-api-id/dev/GET/x');
    expect(arn).to.include({ accountId: 'random-account-id', apiId: 'random-api-id' });
  });

  it('separates at the first five colons only and never decodes the path', () => {
    const path = fc.string({ unit: fc.constantFrom(...'ab:/%2F*?${}.~ é'), maxLength: 40 });
    fc.assert(
      fc.property(path, fc.constantFrom('GET', 'POST', 'OPTIONS'), (rest, verb) => {
        const arn = parseExecuteApiArn(`${PREFIX}/prod/${verb}/${rest}`);
        expect(arn).to.include({ stage: 'prod', verb, path: `/${rest}` });
      }),
    );
  });

  it('returns null for a text that is not an ARN of API Gateway', () => {
    const bad = [
      '',
      'arn',
      ':::::',
      'arn:aws:execute-api:eu-central-1:123456789012',
      'arn:aws:lambda:eu-central-1:123456789012:function/prod/GET/x',
      'urn:aws:execute-api:eu-central-1:123456789012:abc/prod/GET/x',
      // Five characters more, so that the stage would be read as a verb.
      `arn: ${PREFIX}/prod/GET/x`,
      `${PREFIX}/prod/x$connect`,
      `${PREFIX}/prod/$connect2`,
      PREFIX,
      `${PREFIX}/`,
      `${PREFIX}/prod`,
      `${PREFIX}/prod/`,
      `${PREFIX}//GET/x`,
      `${PREFIX}/prod//x`,
      `${PREFIX}/prod/$connect/x`,
      `${PREFIX}/prod/$`,
      `${PREFIX}/prod/G3T/x`,
      `${PREFIX}/**/GET/x`,
      `${PREFIX}/*a/GET/x`,
      'x'.repeat(100_000),
    ];
    for (const text of bad) expect(parseExecuteApiArn(text), text.slice(0, 80)).to.equal(null);
  });

  it('returns null when a part that policies are built from has pattern characters', () => {
    const good = ['aws', 'eu-central-1', '123456789012', 'a1b2c3d4e5', 'prod', 'GET'];
    for (const pattern of ['*', '?', '${x}', 'a*', '']) {
      for (const [index] of good.entries()) {
        if (pattern === '*' && good[index] === 'prod') continue;
        const [partition, region, account, api, stage, verb] = good.with(index, pattern);
        const text = `arn:${partition}:execute-api:${region}:${account}:${api}/${stage}/${verb}/x`;
        expect(parseExecuteApiArn(text), text).to.equal(null);
      }
    }
  });
});
