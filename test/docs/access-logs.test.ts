import { expect } from 'chai';
import { type AuthorizerOptions, auth0Authorizer } from '../../lib/index.ts';
import { createTestIssuer, httpApi2Event, restRequestEvent, webSocketEvent } from '../../lib/testing.ts';
import { markdownOf } from '../../scripts/docs/documents.ts';
import { invoke } from '../support/invoke.ts';
import { middy } from '../support/middy.ts';
import { accessLogFormats, formatProblems, type LoggingApi, render } from './access-logs.ts';
import { codeBlocks } from './markdown.ts';

describe('the access log formats of docs/08', () => {
  const page = markdownOf('docs/08-logs-and-codes.md');
  const formats = accessLogFormats(page, codeBlocks(page));
  const issuer = createTestIssuer();
  const token = issuer.token({ sub: 'auth0|abc', scope: 'none' });
  const events: Readonly<Record<LoggingApi, object>> = {
    REST: restRequestEvent({ token, path: '/orders' }),
    HTTP: httpApi2Event({ token, path: '/orders' }),
    WebSocket: webSocketEvent({ token }),
  };

  it('are there for REST, HTTP and WebSocket APIs', () => {
    expect([...formats.keys()]).to.deep.equal(['REST', 'HTTP', 'WebSocket']);
  });

  for (const [api, format] of formats) {
    it(`use variables that AWS documents for ${api} APIs, and are JSON`, () => {
      expect(formatProblems(format, api)).to.deep.equal([]);
    });

    /** The line of the access log for the answer of an authorizer with these options. */
    async function lineOf(options: AuthorizerOptions): Promise<Record<string, unknown>> {
      const handler = middy().use(auth0Authorizer({ ...issuer.options, logger: false, ...options }));
      const outcome = await invoke(handler, events[api]);
      const { principalId = '-', context = {} } = outcome.kind === 'response' ? outcome.response : {};
      const members = Object.entries(context).map(([key, value]) => [`authorizer.${key}`, value]);
      return JSON.parse(
        render(format, { 'authorizer.principalId': principalId, ...Object.fromEntries(members) }),
      );
    }

    it(`show the caller of an allow, and no refusal: ${api}`, async () => {
      const line = await lineOf({});
      expect(line['principalId'] ?? line['sub']).to.equal('auth0|abc');
      expect(line).to.include({ refusal: '-', traceId: '-' });
    });

    it(`show the code of a denial: ${api}`, async () => {
      expect(await lineOf({ rules: { scopes: ['read:orders'] } })).to.include({
        refusal: 'insufficient_scope',
      });
    });

    it(`show the trace with contextTraceId: ${api}`, async () => {
      const tracer = {
        isTracingEnabled: () => false,
        getSegment: () => undefined,
        setSegment: () => undefined,
        addErrorAsMetadata: () => undefined,
        getRootXrayTraceId: () => '1-67a1b2c3-0123456789abcdef01234567',
      };
      expect(await lineOf({ tracer, contextTraceId: true })).to.include({
        traceId: '1-67a1b2c3-0123456789abcdef01234567',
      });
    });
  }
});

describe('the check of access log formats', () => {
  const id = '"id":"$context.requestId"';
  for (const [what, format, api] of [
    ['a variable that does not exist', `{${id},"a":"$context.authorizer.refusals"}`, 'REST'],
    ['a variable of another kind of API', `{${id},"a":"$context.routeKey"}`, 'REST'],
    ['the status of an authorizer of an HTTP API', `{${id},"a":"$context.authorizer.status"}`, 'HTTP'],
    ['a list', `{${id},"a":"$context.authorizer.permissions"}`, 'HTTP'],
    ['a format without a request ID', '{"a":"$context.status"}', 'HTTP'],
    ['a value without quotes', `{${id},"a":$context.status}`, 'HTTP'],
    ['a quoted value in quotes', `{${id},"a":"$context.error.messageString"}`, 'WebSocket'],
  ] as const) {
    it(`finds ${what}`, () => expect(formatProblems(format, api)).not.to.deep.equal([]));
  }
});
