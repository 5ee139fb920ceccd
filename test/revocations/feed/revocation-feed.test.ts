import { expect } from 'chai';
import fc from 'fast-check';
import sinon from 'sinon';
import { OptionError } from '../../../lib/decision/errors.ts';
import { auth0Authorizer } from '../../../lib/index.ts';
import { listRevocations, type Revocation } from '../../../lib/revocations/entries.ts';
import { type RevocationFeedOptions, revocationFeed } from '../../../lib/revocations/feed/revocation-feed.ts';
import { RevocationsError } from '../../../lib/revocations/revocations-error.ts';
import { readRevocations } from '../../../lib/revocations/store.ts';
import { createTestIssuer, decide, restRequestEvent } from '../../../lib/testing.ts';
import { captureLines } from '../../support/capture-output.ts';
import { type MemoryStore, memoryStore } from '../../support/memory-store.ts';
import { middy } from '../../support/middy.ts';
import { runs } from '../../support/property-runs.ts';
import { type Fields, logEvent, sqsBatch, streamEvent } from './events.ts';

const ANN = 'auth0|507f1f77bcf86cd799439011';
/** The first second after the events of events.ts. */
const ISSUED_BEFORE = Date.parse('2026-11-28T10:00:01Z') / 1000;
const LIFETIME = 86_400;
/** An authorizer may accept a token for so long after its `exp`, seconds. */
const TOLERANCE = 300;

const revoked = (kind: string, value: string, later = 0) => ({
  kind,
  value,
  issuedBefore: ISSUED_BEFORE + later,
  until: ISSUED_BEFORE + later + LIFETIME + TOLERANCE,
});

describe('revocationFeed', () => {
  let store: MemoryStore;

  beforeEach(() => {
    sinon.useFakeTimers({ now: Date.parse('2026-11-28T10:00:05Z'), toFake: ['Date'] });
    store = memoryStore({ now: () => Date.now() });
  });
  afterEach(() => sinon.restore());

  const feed = (options: Partial<RevocationFeedOptions> = {}) =>
    revocationFeed({ store, tokenLifetime: LIFETIME, logger: false, ...options });
  const held = async () => listRevocations(await readRevocations(store));
  const failureOf = (attempt: Promise<unknown>): Promise<Error> =>
    attempt.then(
      () => expect.fail('it did not fail'),
      (error: Error) => error,
    );

  const ENDING: readonly (readonly [title: string, event: Fields, kind: string, value: string])[] = [
    ['a blocked user', streamEvent('user.updated', { user_id: ANN, blocked: true }), 'sub', ANN],
    ['a deleted user', streamEvent('user.deleted', { user_id: ANN }), 'sub', ANN],
    [
      'a member removed from an organization',
      streamEvent('organization.member.deleted', {
        organization: { id: 'org_1', name: 'acme' },
        user: { user_id: ANN },
      }),
      'sub',
      ANN,
    ],
    ['a deleted organization', streamEvent('organization.deleted', { id: 'org_1' }), 'org_id', 'org_1'],
    ['a type with a prefix', streamEvent('com.auth0.user.deleted', { user_id: ANN }), 'sub', ANN],
    ['a deleted user of a log stream', logEvent('sdu', { user_id: ANN }), 'sub', ANN],
    ['a universal logout', logEvent('universal_logout_succeeded', { user_id: ANN }), 'sub', ANN],
  ];

  for (const [title, event, kind, value] of ENDING) {
    it(`revokes for ${title}`, async () => {
      const entry = revoked(kind, value);
      const [result] = await feed()(event);
      expect(result).to.deep.include({ kind: 'revoked', revocations: [entry] });
      expect(await held()).to.deep.equal([entry]);
    });
  }

  it('makes authorizers refuse the tokens from before the event, and accept those of a later login', async () => {
    await feed()(streamEvent('user.updated', { user_id: ANN, blocked: true }));
    const issuer = createTestIssuer();
    const options = { ...issuer.options, revocations: { store }, logger: false } as const;
    const authorizer = middy().use(auth0Authorizer(options));
    const decisionFor = async (sub: string, iat: number) => {
      const decision = await decide(authorizer, restRequestEvent({ token: issuer.token({ sub, iat }) }));
      return decision.outcome === 'deny' ? decision.refusal : decision.outcome;
    };
    expect(await decisionFor(ANN, ISSUED_BEFORE - 1)).to.equal('token_revoked');
    expect(await decisionFor(ANN, ISSUED_BEFORE)).to.equal('allow');
    expect(await decisionFor('auth0|other', ISSUED_BEFORE - 1)).to.equal('allow');
  });

  it('returns the type and the id that Auth0 gave the event', async () => {
    const [event] = await feed()(streamEvent('user.deleted', { user_id: ANN }));
    expect(event).to.include({ type: 'user.deleted', id: 'evt_2w0mFyxRpgXrMhvi' });
    const [entry] = await feed()(logEvent('sdu', { user_id: ANN }));
    expect(entry).to.include({ type: 'sdu' }).and.have.property('id').that.matches(/^9002/);
    const [bare] = await feed()(logEvent('s', { log_id: undefined }));
    expect(bare).to.deep.equal({ kind: 'ignored', type: 's', id: null });
  });

  const IGNORED: readonly (readonly [title: string, event: Fields])[] = [
    ['a user who is not blocked', streamEvent('user.updated', { user_id: ANN, blocked: false })],
    ['a user without that field', streamEvent('user.updated', { user_id: ANN })],
    ['an event type that it does not know', streamEvent('user.created', { user_id: ANN, blocked: true })],
    ['a log code that it does not know', logEvent('s', { user_id: ANN })],
    ['an event type as a log code', logEvent('user.deleted', { user_id: ANN })],
    ['a log code as an event type', streamEvent('sdu', { user_id: ANN })],
    ['an event type that it does not know, without a time', streamEvent('user.created', {}, 'soon')],
    ['the name of an inherited member', logEvent('constructor', { user_id: ANN })],
    ['a logout', logEvent('slo', { user_id: ANN, details: { session_id: 's1' } })],
    ['a revoked refresh token', logEvent('srrt', { user_id: ANN, details: { session_id: 's1' } })],
  ];

  for (const [title, event] of IGNORED) {
    it(`writes nothing for ${title}`, async () => {
      const [result] = await feed()(event);
      expect(result).to.have.property('kind', 'ignored');
      expect(result?.type).to.be.a('string');
      expect(store.records.size).to.equal(0);
    });
  }

  it('writes nothing for an event that does not come from Auth0, whatever is in it', async () => {
    const forged = { ...logEvent('sdu', { user_id: ANN }), source: 'my.app' };
    const schedule = { source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} };
    for (const event of [forged, schedule]) {
      expect(await feed()(event)).to.deep.equal([{ kind: 'ignored', type: null, id: null }]);
    }
    expect(store.records.size).to.equal(0);
  });

  describe('logout', () => {
    const slo = logEvent('slo', { user_id: ANN, details: { session_id: 's1' } });
    const srrt = logEvent('srrt', { user_id: ANN, details: { refresh_token: { session_id: 's2' } } });

    it("'session' revokes by the session", async () => {
      await feed({ logout: 'session' })(sqsBatch(slo, srrt));
      expect(await held()).to.deep.equal([revoked('sid', 's1'), revoked('sid', 's2')]);
    });

    it("'user' revokes by the user", async () => {
      await feed({ logout: 'user' })(sqsBatch(slo, srrt));
      expect(await held()).to.deep.equal([revoked('sub', ANN)]);
    });

    it('writes nothing if Auth0 names no session and no user', async () => {
      for (const entry of [{}, { details: { session_id: '' }, user_id: '' }, { details: null, user_id: 7 }]) {
        for (const logout of ['session', 'user'] as const) {
          const [result] = await feed({ logout })(logEvent('slo', entry));
          expect(result).to.have.property('kind', 'ignored');
        }
      }
    });
  });

  it('reads further events with `also`', async () => {
    const also: RevocationFeedOptions['also'] = ({ stream, type, data }) =>
      stream === 'log' && type === 'sapi' && data['description'] === 'Delete a client'
        ? [{ client: 'client1' }, { sub: 'client1@clients' }]
        : [];
    await feed({ also })(logEvent('sapi', { description: 'Delete a client' }));
    await feed({ also })(logEvent('sapi', { description: 'Create a client' }));
    expect(await held()).to.deep.equal([revoked('sub', 'client1@clients'), revoked('client', 'client1')]);
  });

  it('revokes the tokens of the second of the event, and not those of the next', async () => {
    for (const [time, later] of [
      ['2026-11-28T10:00:00.000Z', 0],
      ['2026-11-28T10:00:00.999Z', 0],
      ['2026-11-28T10:00:01.000Z', 1],
      ['2026-11-28T11:00:01+01:00', 1],
      // The clocks of Auth0 and AWS may differ by five minutes.
      ['2026-11-28T10:05:05Z', 305],
    ] as const) {
      const [result] = await feed()(streamEvent('user.deleted', { user_id: ANN }, time));
      expect(result).to.have.deep.property('revocations', [revoked('sub', ANN, later)]);
    }
  });

  it('takes the time of EventBridge for a log entry without one', async () => {
    const [result] = await feed()(logEvent('sdu', { user_id: ANN, date: undefined }));
    expect(result).to.have.deep.property('revocations', [revoked('sub', ANN, 3)]);
  });

  it('keeps entries for 30 days by default', async () => {
    const [result] = await revocationFeed({ store, logger: false })(logEvent('sdu', { user_id: ANN }));
    const [entry] = result?.kind === 'revoked' ? result.revocations : [];
    expect(entry?.until).to.equal(ISSUED_BEFORE + 2_592_000 + TOLERANCE);
  });

  const MALFORMED: readonly (readonly [title: string, event: unknown, message: string])[] = [
    ['no object', 'text', 'it has no source'],
    ['null', null, 'it has no source'],
    [
      'no detail',
      { source: 'aws.partner/auth0.com/t/auth0.logs' },
      'neither detail.type nor detail.data.type',
    ],
    ['a user without an id', streamEvent('user.deleted', { name: 'Ann' }), 'it has no user_id'],
    ['an empty id', streamEvent('user.deleted', { user_id: '' }), 'it has no user_id'],
    ['a member without a user', streamEvent('organization.member.deleted', {}), 'it has no user_id'],
    ['an organization without an id', streamEvent('organization.deleted', { name: 'acme' }), 'it has no id'],
    ['a logout of nobody', logEvent('universal_logout_succeeded'), 'it has no user_id'],
    ['no time', streamEvent('user.deleted', { user_id: ANN }, 'soon'), 'it has no time'],
    ['a log entry with a number for a time', logEvent('sdu', { user_id: ANN, date: 1 }), 'it has no time'],
    [
      'a time in the future',
      streamEvent('user.deleted', { user_id: ANN }, '2026-11-28T10:05:06Z'),
      'its time is in the future',
    ],
  ];

  for (const [title, event, message] of MALFORMED) {
    it(`throws, without contents, for an event with ${title}`, async () => {
      const error = await failureOf(feed()(event));
      expect(error).to.be.instanceOf(RevocationsError).and.include({ code: 'revocations_event' });
      expect(error.message).to.include(message).and.not.include('507f').and.not.include('Ann');
      expect(store.records.size).to.equal(0);
    });
  }

  describe('a batch of SQS', () => {
    it('is written at once', async () => {
      const results = await feed()(
        sqsBatch(
          logEvent('sdu', { user_id: ANN }),
          logEvent('s'),
          streamEvent('user.deleted', { user_id: 'b' }),
        ),
      );
      expect(results.map(({ kind }) => kind)).to.deep.equal(['revoked', 'ignored', 'revoked']);
      expect(await held()).to.deep.equal([revoked('sub', ANN), revoked('sub', 'b')]);
      expect(store.calls.update).to.equal(1);
    });

    it('is written as far as it can be read, and then fails', async () => {
      const also = ({ type }: { type: string }) => {
        if (type === 'bad') throw new TypeError('a bug');
        return [];
      };
      const batches = [
        [sqsBatch('{', logEvent('sdu', { user_id: ANN })), RevocationsError],
        [sqsBatch(logEvent('bad'), logEvent('sdu', { user_id: ANN })), TypeError],
      ] as const;
      for (const [batch, type] of batches) {
        store.records.clear();
        expect(await failureOf(feed({ also })(batch))).to.be.instanceOf(type);
        expect(await held()).to.deep.equal([revoked('sub', ANN)]);
      }
    });
  });

  it('passes on an error of the store, and logs no success', async () => {
    store.trouble = 'rejects';
    const lines: object[] = [];
    const logger = { info: (_: string, fields: object) => lines.push(fields) };
    const error = await failureOf(feed({ logger })(logEvent('sdu', { user_id: ANN })));
    expect(error.message).to.equal('the store is down');
    expect(lines).to.deep.equal([]);
  });

  it('logs a line for each event, without the identifiers', async () => {
    const lines = await captureLines(() =>
      revocationFeed({ store })(sqsBatch(logEvent('sdu', { user_id: ANN }), logEvent('s', { log_id: 'l2' }))),
    );
    expect(lines).to.deep.equal([
      {
        level: 'INFO',
        message: 'revocation feed',
        result: 'revoked',
        type: 'sdu',
        id: '90020261128100000000000000000000000001223372036854775807',
        ends: ['sub'],
      },
      { level: 'INFO', message: 'revocation feed', result: 'ignored', type: 's', id: 'l2', ends: [] },
    ]);
  });

  it('refuses options that make no sense', () => {
    const refuses = (options: object, message: string) =>
      expect(() => feed(options)).to.throw(OptionError, message);
    refuses({ store: store.readOnly }, 'revocationFeed.store');
    refuses({ tokenLifetime: 0 }, 'revocationFeed.tokenLifetime');
    refuses({ tokenLifetime: 2_592_001 }, 'revocationFeed.tokenLifetime');
    refuses({ logout: 'all' }, 'revocationFeed.logout');
    refuses({ also: true }, 'revocationFeed.also');
    refuses({ logger: {} }, 'revocationFeed.logger.info');
    refuses({ stroe: store }, 'revocationFeed.stroe');
  });

  describe('properties', () => {
    const users = fc.constantFrom('a', 'b', 'c');
    const times = fc
      .integer({ min: -2 * LIFETIME, max: 0 })
      .map((offset) => new Date((ISSUED_BEFORE + offset) * 1000).toISOString());
    const ending = fc.oneof(
      fc.tuple(users, times).map(([user_id, time]) => streamEvent('user.deleted', { user_id }, time)),
      fc
        .tuple(users, times)
        .map(([user_id, time]) => streamEvent('user.updated', { user_id, blocked: true }, time)),
      fc
        .tuple(users, times)
        .map(([user_id, time]) => logEvent('universal_logout_succeeded', { user_id }, time)),
      fc.tuple(users, times).map(([id, time]) => streamEvent('organization.deleted', { id }, time)),
    );
    const known = ['user.updated', 'user.deleted', 'organization.member.deleted', 'organization.deleted'];
    const logs = ['sdu', 'universal_logout_succeeded', 'slo', 'srrt'];
    const anyTimes = fc.oneof(times, fc.constantFrom('soon', '2030-01-01T00:00:00Z'));
    const unknown = fc.oneof(
      fc
        .tuple(
          fc.string().filter((type) => !known.includes(type.replace(/^com\.auth0\./, ''))),
          users,
          anyTimes,
        )
        .map(([type, user_id, time]) => streamEvent(type, { user_id, blocked: true, id: user_id }, time)),
      fc
        .tuple(
          fc.string().filter((type) => !logs.includes(type)),
          users,
          anyTimes,
        )
        .map(([type, user_id, time]) => logEvent(type, { user_id, details: { session_id: user_id } }, time)),
    );

    /** The record after these events, one after another. */
    async function recordOf(events: readonly unknown[]): Promise<readonly Revocation[]> {
      store.records.clear();
      for (const event of events) await feed()(event);
      return held();
    }

    it('gives the same record for any order and repetition of events, one by one or as a batch', () =>
      fc.assert(
        fc.asyncProperty(
          fc.array(ending, { minLength: 1, maxLength: 6 }).chain((events) =>
            fc.tuple(
              fc.constant(events),
              fc
                .shuffledSubarray([...events, ...events], { minLength: events.length })
                .map((again) => [...again, ...events]),
            ),
          ),
          async ([events, again]) => {
            const record = await recordOf(events);
            expect(await recordOf(again)).to.deep.equal(record);
            expect(await recordOf([sqsBatch(...again)])).to.deep.equal(record);
          },
        ),
        { numRuns: runs(100, 2000) },
      ));

    it('changes nothing for an event of an unknown type', () =>
      fc.assert(
        fc.asyncProperty(fc.array(ending, { maxLength: 3 }), unknown, async (events, event) => {
          const record = await recordOf(events);
          await feed({ logout: 'user' })(event);
          expect(await held()).to.deep.equal(record);
        }),
        { numRuns: runs(100, 2000) },
      ));
  });
});
