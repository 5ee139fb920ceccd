import { expect } from 'chai';
import fc from 'fast-check';
import {
  type Connection,
  type ConnectionClaims,
  ConnectionError,
  type ConnectionGuardOptions,
  type ConnectionStore,
  connectionContext,
  connectionGuard,
  memoryConnectionStore,
} from '../../lib/connections.ts';
import { OptionError } from '../../lib/decision/errors.ts';
import { auth0Authorizer } from '../../lib/index.ts';
import { revokeTokens, type TokensToRevoke } from '../../lib/revocations/revoke-tokens.ts';
import { createTestIssuer, decide, webSocketEvent } from '../../lib/testing.ts';
import { captureLines } from '../support/capture-output.ts';
import { type MemoryStore, memoryStore } from '../support/memory-store.ts';
import { middy } from '../support/middy.ts';
import { runs } from '../support/property-runs.ts';
import { FakeManagementApi } from './fake-management-api.ts';

const nowInSeconds = () => Math.floor(Date.now() / 1000);

/** The event of the integration of `$connect`, with the context as API Gateway passes it. */
function connectEvent(connectionId: string, context: object, connectedAt: number = Date.now()) {
  const texts = Object.fromEntries(Object.entries(context).map(([name, value]) => [name, String(value)]));
  const authorizer = { principalId: 'ann', integrationLatency: 5, ...texts };
  return {
    requestContext: { routeKey: '$connect', eventType: 'CONNECT', connectionId, connectedAt, authorizer },
  };
}

const disconnectEvent = (connectionId: string) => ({
  requestContext: { routeKey: '$disconnect', eventType: 'DISCONNECT', connectionId },
});

async function failureOf(attempt: Promise<unknown>): Promise<Error> {
  return attempt.then(
    () => expect.fail('it did not fail'),
    (error: Error) => error,
  );
}

describe('connectionGuard', () => {
  let api: FakeManagementApi;
  let connections: ConnectionStore;
  let store: MemoryStore;

  beforeEach(() => {
    api = new FakeManagementApi();
    connections = memoryConnectionStore();
    store = memoryStore(Date);
  });

  const guardWith = (options: Partial<ConnectionGuardOptions> = {}) =>
    connectionGuard({ connections, management: api, store, logger: false, ...options });

  async function kept(): Promise<Connection[]> {
    const all: Connection[] = [];
    for await (const connection of connections.list()) all.push(connection);
    return all;
  }
  const keptIds = async () => (await kept()).map(({ connectionId }) => connectionId);

  /** Opens a connection with these claims, so many seconds ago. */
  async function open(connectionId: string, claims: Partial<ConnectionClaims>, age = 0): Promise<void> {
    const { exp = nowInSeconds() + 3600, iat = nowInSeconds() - 60, ...others } = claims;
    await guardWith().connect(connectEvent(connectionId, { exp, iat, ...others }, Date.now() - age * 1000));
  }

  describe('connect', () => {
    it('keeps the claims that the authorizer passes on with connectionContext', async () => {
      const issuer = createTestIssuer();
      const options = { tokenSource: { query: 'token' }, context: connectionContext, logger: false } as const;
      const authorizer = middy().use(auth0Authorizer({ ...options, ...issuer.options }));
      const now = nowInSeconds();
      const claims = {
        sub: 'auth0|12',
        azp: 'app',
        org_id: 'org_1',
        sid: 's1',
        jti: 'true',
        iat: now,
        exp: now + 60.5,
      };
      const query = { token: issuer.token({ ...claims, scope: 'chat', permissions: ['a'] }) };
      const decision = await decide(authorizer, webSocketEvent({ query }));
      const context = decision.outcome === 'allow' ? decision.context : expect.fail(decision.outcome);
      expect(await guardWith().connect(connectEvent('c1', context, 1_800_000_000_999))).to.deep.equal({
        statusCode: 200,
      });
      expect(await kept()).to.deep.equal([{ connectionId: 'c1', connectedAt: 1_800_000_000, claims }]);
    });

    it('takes the time of the call if the event has none', async () => {
      const event = connectEvent('c1', { exp: nowInSeconds() + 60 });
      const { connectedAt: _, ...requestContext } = event.requestContext;
      await guardWith().connect({ requestContext });
      expect((await kept())[0]?.connectedAt).to.be.closeTo(nowInSeconds(), 2);
    });

    it('refuses an event without an authorizer, and a context without exp', async () => {
      const { authorizer: _, ...requestContext } = connectEvent('c1', {}).requestContext;
      const events = [
        [{ requestContext }, 'no Lambda authorizer answered'],
        [connectEvent('c1', { sub: 'ann' }), 'has no exp: write `context: connectionContext`'],
        [connectEvent('c1', { exp: 'soon' }), 'has no exp'],
        [connectEvent('c1', connectionContext(null)), 'has no exp'],
      ] as const;
      for (const [event, message] of events) {
        const error = await failureOf(guardWith().connect(event));
        expect(error).to.be.instanceOf(ConnectionError).and.include({ code: 'connection_event' });
        expect(error.message).to.include(message);
      }
      expect(await kept()).to.deep.equal([]);
    });

    it('rejects if the store does, so that the connection is refused', async () => {
      const put = () => Promise.reject(new Error('the table is gone'));
      const guard = guardWith({ connections: { ...connections, put } });
      expect((await failureOf(guard.connect(connectEvent('c1', { exp: 1 })))).message).to.equal(
        'the table is gone',
      );
    });
  });

  it('disconnect forgets the connection, also one that is not kept', async () => {
    await open('c1', {});
    await open('c2', {});
    for (const id of ['c1', 'c1', 'c3']) {
      expect(await guardWith().disconnect(disconnectEvent(id))).to.deep.equal({ statusCode: 200 });
    }
    expect(await keptIds()).to.deep.equal(['c2']);
  });

  it('connect and disconnect refuse events of another kind', async () => {
    for (const event of [
      null,
      'text',
      {},
      { requestContext: {} },
      { requestContext: { connectionId: '' } },
    ]) {
      for (const attempt of [guardWith().connect(event), guardWith().disconnect(event)]) {
        const error = await failureOf(attempt);
        expect(error).to.be.instanceOf(ConnectionError);
        expect(error.message).to.include('requestContext.connectionId');
      }
    }
  });

  describe('sweep', () => {
    const ANN = { sub: 'ann', azp: 'app', org_id: 'org_1', sid: 's1', jti: 'j1' };

    it('closes connections whose token has expired, and keeps the others', async () => {
      await open('expired', { exp: nowInSeconds() - 1 });
      await open('open', {});
      expect(await guardWith().sweep()).to.deep.equal({ open: 1, expired: 1, revoked: 0, left: 0 });
      expect(api.asked).to.deep.equal(['expired']);
      expect(await keptIds()).to.deep.equal(['open']);
    });

    const ENTRIES: readonly TokensToRevoke[] = [
      { sub: 'ann' },
      { client: 'app' },
      { org_id: 'org_1' },
      { sid: 's1' },
      { jti: 'j1' },
    ];
    for (const tokens of ENTRIES) {
      it(`closes connections that are revoked by ${Object.keys(tokens)}, and no later ones`, async () => {
        await revokeTokens({ store, tokens });
        await open('before', ANN);
        await open('after', { ...ANN, iat: nowInSeconds() + 2 });
        await open('other', { sub: 'bob', azp: 'other', org_id: 'org_2', sid: 's2', jti: 'j2' });
        expect(await guardWith().sweep()).to.deep.equal({ open: 2, expired: 0, revoked: 1, left: 0 });
        expect(api.asked).to.deep.equal(['before']);
      });
    }

    it('knows an application by client_id too', async () => {
      await revokeTokens({ store, tokens: { client: 'app' } });
      await open('c1', { client_id: 'app' });
      expect(await guardWith().sweep()).to.include({ revoked: 1 });
    });

    it('closes at the expiry only, without a store', async () => {
      await revokeTokens({ store, tokens: { sub: 'ann' } });
      await open('c1', ANN);
      const guard = connectionGuard({ connections, management: api, logger: false });
      expect(await guard.sweep()).to.include({ open: 1, revoked: 0 });
    });

    it('counts a connection that is gone as closed', async () => {
      await open('c1', { exp: 1 });
      api.errors.set('c1', 410);
      expect(await guardWith().sweep()).to.include({ expired: 1, left: 0 });
      expect(await keptIds()).to.deep.equal([]);
    });

    it('closes the oldest first, at most so many', async () => {
      for (const age of [10, 30, 20, 40]) await open(`c${age}`, { exp: 1 }, age);
      expect(await guardWith({ maxCloses: 3 }).sweep()).to.include({ expired: 3, left: 1 });
      expect(api.asked).to.deep.equal(['c40', 'c30', 'c20']);
      expect(await guardWith({ maxCloses: 3 }).sweep()).to.include({ expired: 1, left: 0 });
    });

    it('leaves the rest to the next sweep when API Gateway throttles', async () => {
      for (let age = 1; age <= 30; age += 1) await open(`c${age}`, { exp: 1 }, age);
      api.quota = 15;
      const first = await guardWith().sweep();
      expect(first).to.deep.equal({ open: 0, expired: 15, revoked: 0, left: 15 });
      expect(api.asked.length).to.be.within(16, 25);
      api.quota = Number.POSITIVE_INFINITY;
      expect(await guardWith().sweep()).to.include({ expired: 15, left: 0 });
      expect(await keptIds()).to.deep.equal([]);
    });

    for (const status of [403, 500]) {
      it(`closes the others when one answers ${status}, and then fails`, async () => {
        for (const age of [1, 2, 3]) await open(`c${age}`, { exp: 1 }, age);
        api.errors.set('c3', status);
        expect((await failureOf(guardWith().sweep())).message).to.equal(`status ${status}`);
        expect(await keptIds()).to.deep.equal(['c3']);
      });
    }

    it('fails with whatever the client throws', async () => {
      await open('c1', { exp: 1 });
      const management = { deleteConnection: () => Promise.reject(null) };
      expect(await failureOf(guardWith({ management }).sweep())).to.equal(null);
    });

    it('closes expired connections when the revocations cannot be read, and then fails', async () => {
      await open('expired', { exp: 1 });
      await open('open', {});
      store.trouble = 'rejects';
      expect((await failureOf(guardWith().sweep())).message).to.equal('the store is down');
      expect(await keptIds()).to.deep.equal(['open']);
    });

    it('fails when a closed connection cannot be forgotten; the next sweep forgets it', async () => {
      await open('c1', { exp: 1 });
      const failing = { ...connections, delete: () => Promise.reject(new Error('no write')) };
      expect((await failureOf(guardWith({ connections: failing }).sweep())).message).to.equal('no write');
      api.errors.set('c1', 410);
      await guardWith().sweep();
      expect(await keptIds()).to.deep.equal([]);
    });

    it('logs one line with its result', async () => {
      await open('c1', { exp: 1 });
      const guard = connectionGuard({ connections, management: api, store });
      const lines = await captureLines(() => guard.sweep());
      const counts = { open: 0, expired: 1, revoked: 0, left: 0 };
      expect(lines).to.deep.equal([{ level: 'INFO', message: 'connection sweep', ...counts }]);
    });

    it('needs the management API', async () => {
      const error = await failureOf(connectionGuard({ connections }).sweep());
      expect(error).to.be.instanceOf(OptionError).and.have.property('option', 'connectionGuard.management');
    });

    it('keeps exactly the connections whose token is valid and not revoked', () => {
      const names = fc.constantFrom('a', 'b');
      const claims = fc.record({
        exp: fc.integer({ min: -5, max: 5 }),
        iat: fc.integer({ min: -5, max: 5 }),
        sub: names,
      });
      const entries = fc.dictionary(names, fc.integer({ min: -5, max: 5 }), { maxKeys: 2 });
      return fc.assert(
        fc.asyncProperty(fc.array(claims, { maxLength: 8 }), entries, async (tokens, revoked) => {
          connections = memoryConnectionStore();
          store.records.clear();
          // Times in hours from now, so that the test need not stop the clock.
          const at = (hours: number) => nowInSeconds() + hours * 3600 - 1800;
          for (const [sub, hours] of Object.entries(revoked)) {
            await revokeTokens({ store, tokens: { sub }, issuedBefore: at(hours) });
          }
          for (const [id, { exp, iat, sub }] of tokens.entries()) {
            await open(String(id), { sub, exp: at(exp), iat: at(iat) + 1 });
          }
          await guardWith().sweep();
          const valid = tokens.flatMap(({ exp, iat, sub }, id) =>
            exp > 0 && !(iat < Number(revoked[sub])) ? [String(id)] : [],
          );
          expect(await keptIds()).to.deep.equal(valid);
        }),
        { numRuns: runs(100, 1000) },
      );
    });
  });

  it('refuses options that make no sense', () => {
    const refuses = (options: object, message: string) =>
      expect(() => guardWith(options)).to.throw(OptionError, message);
    refuses({ connections: undefined }, 'connectionGuard.connections');
    refuses({ connections: { put: 1 } }, 'connectionGuard.connections.put');
    refuses({ management: {} }, 'connectionGuard.management.deleteConnection');
    refuses({ store: {} }, 'connectionGuard.store.read');
    refuses({ maxCloses: 0 }, 'connectionGuard.maxCloses');
    refuses({ logger: 'console' }, 'connectionGuard.logger');
    refuses({ table: 'x' }, 'connectionGuard.table');
  });
});
