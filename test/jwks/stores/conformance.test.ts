import { AssertionError } from 'node:assert';
import { expect } from 'chai';
import type { KeyStore } from '../../../lib/jwks/key-store.ts';
import type { ReplayStore } from '../../../lib/jwks/replay-store.ts';
import {
  keyStoreChecks,
  keyStoreUpdateChecks,
  replayStoreChecks,
} from '../../../lib/jwks/stores/conformance.ts';
import { shiftedClock } from '../../support/clock.ts';
import { type MemoryStore, memoryStore } from '../../support/memory-store.ts';

const nullIf = (text: string | null, nothing: string) => (text === nothing ? null : text);

describe('keyStoreChecks and keyStoreUpdateChecks', () => {
  const checks = [...keyStoreChecks, ...keyStoreUpdateChecks];
  for (const check of checks) {
    it(`passes a good store that ${check.name}`, () => check.run(memoryStore(shiftedClock())));
  }

  /** `found`: what the store answers instead, at the first promise that it breaks. */
  const wrongs: readonly [
    title: string,
    spoil: (store: MemoryStore) => Partial<KeyStore>,
    name: string,
    found?: unknown,
  ][] = [
    [
      'returns a record if nothing was written',
      () => ({ read: async () => '{}' }),
      'reads null if nothing was written',
    ],
    [
      'cuts off long records',
      (store) => ({ read: async (id) => (await store.read(id))?.slice(0, 1000) ?? null }),
      'reads what was written, byte for byte',
    ],
    [
      'takes an empty object for nothing',
      (store) => ({ read: async (id) => nullIf(await store.read(id), '{}') }),
      'reads what was written, byte for byte',
      null,
    ],
    [
      'keeps ASCII alone',
      (store) => ({ write: (id, record) => store.write(id, record.replace(/[^ -~]/g, '?'), 60) }),
      'reads what was written, byte for byte',
      '{"quote":"\\"","text":"???? ? ??\\u0000"}',
    ],
    [
      'keeps what was written first',
      (store) => ({
        write: async (id, record) => {
          if (!(await store.read(id))) await store.write(id, record, 60);
        },
      }),
      'reads what was written last',
      'first',
    ],
    [
      'mixes up the records of ids',
      (store) => ({
        write: (_id, record) => store.write('one for all', record, 60),
        read: () => store.read('one for all'),
      }),
      'keeps the records and leases of two ids apart',
      'one',
    ],
    [
      'mixes up the leases of ids',
      (store) => ({ lease: (_id, seconds) => store.lease('one for all', seconds) }),
      'keeps the records and leases of two ids apart',
    ],
    [
      'keeps records for too short a time',
      (store) => ({
        write: (id, record, seconds) =>
          seconds > 86_400 ? Promise.resolve() : store.write(id, record, seconds),
      }),
      'keeps a record for a day or longer',
    ],
    [
      'gives everybody the lease',
      () => ({ lease: async () => true }),
      'gives a lease to one of many who ask at once',
    ],
    [
      'never gives a lease again',
      (store) => ({ lease: (id) => store.lease(id, 3600) }),
      'gives a lease again when its time has passed, and not before',
    ],
    [
      'keeps lease and record in one place',
      (store) => ({
        lease: async (id) => {
          store.records.set(id, 'lease');
          return true;
        },
      }),
      'changes no record when it gives a lease, and no lease when it writes',
    ],
    [
      'cuts off long records that it updates',
      (store) => ({
        update: (id, expected, record) => store.update(id, expected, record.slice(0, 1000), 60),
      }),
      'updates what is there, byte for byte',
    ],
    [
      'keeps ASCII alone when it updates',
      (store) => ({
        update: (id, expected, record) => store.update(id, expected, record.replace(/[^ -~]/g, '?'), 60),
      }),
      'updates what is there, byte for byte',
      '{"text":"\\"???? ? ??"}',
    ],
    [
      'reads long records alone',
      (store) => ({
        read: async (id) => {
          const record = await store.read(id);
          return record !== null && record.length < 1000 ? null : record;
        },
      }),
      'updates what is there, byte for byte',
      null,
    ],
    [
      'writes nothing when it updates a long record',
      (store) => ({
        update: async (id, expected, record) =>
          expected !== null && expected.length > 1000 ? true : store.update(id, expected, record, 60),
      }),
      'updates what is there, byte for byte',
      `"${'x'.repeat(300_000)}"`,
    ],
    [
      'updates whatever is there',
      (store) => ({ update: (id, _expected, record) => store.write(id, record, 60).then(() => true) }),
      'does not update what another writer changed',
    ],
    [
      'updates whatever is expected where nothing is',
      (store) => ({
        update: async (id, expected, record) =>
          store.update(id, (await store.read(id)) === null ? null : expected, record, 60),
      }),
      'does not update what another writer changed',
      true,
    ],
    [
      'denies that it updates where nothing is',
      (store) => ({
        update: async (id, expected, record) => {
          if ((await store.read(id)) === null) await store.write(id, record, 60);
          return store.update(id, expected, record, 60);
        },
      }),
      'does not update what another writer changed',
      'new',
    ],
    [
      'denies that it updates what is there',
      (store) => ({
        update: async (id, expected, record) => {
          if ((await store.read(id)) !== null) await store.write(id, record, 60);
          return store.update(id, expected, record, 60);
        },
      }),
      'does not update what another writer changed',
      'new',
    ],
    ...([null, '', 'expected'] as const).map((condition): (typeof wrongs)[number] => [
      `updates what is there if ${JSON.stringify(condition)} is expected`,
      (store) => ({
        update: async (id, expected, record) => {
          const held = await store.read(id);
          const isWrong = held !== null && expected === condition;
          return store.update(id, isWrong ? held : expected, record, 60);
        },
      }),
      'does not update what another writer changed',
      true,
    ]),
    [
      'tells the first of many writers that it updates, and keeps what the last one writes',
      (store) => ({
        update: async (id, expected, record) => {
          const isFirst = await store.update(id, expected, record, 60);
          await store.write(id, record, 60);
          return isFirst;
        },
      }),
      'updates for one of many writers who expect the same',
      'writer 9',
    ],
    [
      'compares and writes in two steps',
      (store) => ({
        update: async (id, expected, record) => {
          if ((await store.read(id)) !== expected) return false;
          await store.write(id, record, 60);
          return true;
        },
      }),
      'updates for one of many writers who expect the same',
    ],
  ];
  for (const [title, spoil, name, found] of wrongs) {
    it(`fails a store that ${title}`, async () => {
      const store = memoryStore(shiftedClock());
      const check = checks.find((candidate) => candidate.name === name);
      const error = await check?.run({ ...store, ...spoil(store) } as Required<KeyStore>).then(
        () => null,
        (reason: unknown) => reason,
      );
      expect(error).to.be.instanceOf(AssertionError);
      if (found !== undefined) expect(error).to.have.property('actual', found);
    });
  }
});

describe('replayStoreChecks', () => {
  /** A good store: the ends of the claims by their ids. */
  function goodStore(ends = new Map<string, number>()): ReplayStore {
    return {
      async claim(id, seconds) {
        if ((ends.get(id) ?? 0) > Date.now()) return false;
        ends.set(id, Date.now() + 1000 * seconds);
        return true;
      },
    };
  }

  for (const check of replayStoreChecks) {
    it(`passes a good store that ${check.name}`, () => check.run(goodStore()));
  }

  it('pass a store that takes no longer ids than authorizers make', async () => {
    const narrow: ReplayStore = {
      claim: async (id) => {
        if (id.length > 43) throw new Error('the id is too long');
        return true;
      },
    };
    await replayStoreChecks.find(({ name }) => name.startsWith('tells ids apart'))?.run(narrow);
  });

  /** A store that takes two ids for one if this makes the same of both. */
  const mixing = (sameFor: (id: string) => string) => () => {
    const store = goodStore();
    return { claim: (id: string, seconds: number) => store.claim(sameFor(id), seconds) };
  };

  const wrongs: readonly [string, () => unknown, string][] = [
    ['lets everybody claim', () => ({ claim: async () => true }), 'lets an id be claimed once'],
    [
      'answers with what the database answers',
      () => {
        const store = goodStore();
        return { claim: async (id: string) => ((await store.claim(id, 60)) ? 'OK' : null) };
      },
      'lets an id be claimed once',
    ],
    [
      'reads and writes in two steps',
      () => {
        const known = new Set<string>();
        return {
          async claim(id: string) {
            const isFree = await Promise.resolve(!known.has(id));
            known.add(id);
            return isFree;
          },
        };
      },
      'lets one of many claim an id at once',
    ],
    ...(
      [
        ['ignores case', (id) => id.toLowerCase()],
        ['ignores the case of the last character', (id) => id.slice(0, -1) + id.slice(-1).toLowerCase()],
        [
          'ignores the case of the last but one',
          (id) => id.slice(0, -2) + id.slice(-2, -1).toUpperCase() + id.slice(-1),
        ],
        ['takes - for _', (id) => id.slice(0, -2) + id.slice(-2).replace('-', '_')],
      ] as const satisfies readonly (readonly [string, (id: string) => string])[]
    ).map(([title, sameFor]): [string, () => unknown, string] => [
      title,
      mixing(sameFor),
      'tells ids apart, also by upper and lower case and by the last character',
    ]),
    [
      'takes seconds for milliseconds',
      () => {
        const store = goodStore();
        return { claim: (id: string, seconds: number) => store.claim(id, seconds / 1000) };
      },
      'holds a claim for its seconds, also if it is claimed again for a shorter time',
    ],
    [
      'sets the end of a claim at each call',
      () => {
        const ends = new Map<string, number>();
        return {
          async claim(id: string, seconds: number) {
            const isFree = !((ends.get(id) ?? 0) > Date.now());
            ends.set(id, Date.now() + 1000 * seconds);
            return isFree;
          },
        };
      },
      'holds a claim for its seconds, also if it is claimed again for a shorter time',
    ],
    [
      'refuses long times',
      () => {
        const store = goodStore();
        return {
          claim: (id: string, seconds: number) => store.claim(id, seconds > 3600 ? 0 : seconds),
        };
      },
      'takes claims of the longest time that options allow',
    ],
  ];
  for (const [title, open, name] of wrongs) {
    it(`fails a store that ${title}`, async () => {
      const check = replayStoreChecks.find((candidate) => candidate.name === name);
      const error = await check?.run(open() as ReplayStore).then(
        () => null,
        (reason: unknown) => reason,
      );
      expect(error).to.be.instanceOf(AssertionError);
    });
  }
});
