import { expect } from 'chai';
import { dpop, mtls } from '../../lib/binding.ts';
import { type AuthorizerOptions, auth0Authorizer } from '../../lib/index.ts';
import {
  appSyncGraphqlEvent,
  createTestIssuer,
  httpApi2Event,
  restRequestEvent,
  restTokenEvent,
  webSocketEvent,
} from '../../lib/testing.ts';
import { invoke, recordingLog } from '../support/invoke.ts';
import { middy } from '../support/middy.ts';

describe('the set-up line of an authorizer with bindings', () => {
  const issuer = createTestIssuer({ algorithm: 'ES256' });
  const token = issuer.token();

  /** The set-up lines after several requests. */
  async function linesFor(options: AuthorizerOptions, build: typeof restTokenEvent | typeof webSocketEvent) {
    const log = recordingLog();
    const authorizer = middy().use(auth0Authorizer({ ...options, ...issuer.options, logger: log }));
    for (let request = 0; request < 2; request += 1) await invoke(authorizer, build({ token }));
    return log.setUps;
  }

  it('says with dpop that nothing may be cached', async () => {
    for (const build of [restRequestEvent, httpApi2Event] as unknown as (typeof restTokenEvent)[]) {
      const [line, ...more] = await linesFor({ dpop: dpop('allowed') }, build);
      expect(line).to.include({ cache: false }).and.have.property('advice').that.includes('TTL of 0');
      expect(line).to.have.property('reason').that.includes('one request');
      expect(more).to.deep.equal([]);
    }
  });

  it('says at the first request why a gateway cannot have it', async () => {
    for (const [build, gateway, binding] of [
      [restTokenEvent, 'rest-token', { dpop: dpop('allowed') }],
      [appSyncGraphqlEvent, 'appsync-graphql', { dpop: dpop('required') }],
      [restTokenEvent, 'rest-token', { mtls: mtls('allowed') }],
      [webSocketEvent, 'websocket', { mtls: mtls('required'), dpop: dpop('allowed') }],
    ] as const) {
      const lines = await linesFor(binding, build as typeof restTokenEvent);
      expect(lines.map((line) => line.gateway)).to.deep.equal([gateway]);
      expect(lines[0]).to.have.property('reason').that.includes('rule_not_supported');
    }
  });

  it('is not logged for a WebSocket API with dpop, or with the mode off', async () => {
    expect(await linesFor({ dpop: dpop('allowed') }, webSocketEvent)).to.deep.equal([]);
    expect(await linesFor({ dpop: dpop('off'), mtls: mtls('off') }, restTokenEvent)).to.deep.equal([]);
  });
});
