import { deepStrictEqual, strictEqual } from 'node:assert';
import { randomBytes, randomUUID } from 'node:crypto';
import type { KeyStore } from '../key-store.ts';
import type { ReplayStore } from '../replay-store.ts';

/** One promise of the `KeyStore` interface, as a test. */
export interface KeyStoreCheck<Method extends keyof KeyStore = 'write' | 'lease'> {
  readonly name: string;
  /** Rejects with an `AssertionError` if the store breaks the promise, or with the store's own error. */
  run(store: KeyStore & Required<Pick<KeyStore, Method>>): Promise<void>;
}

/** Ids are addresses. Each check uses new ones, so that checks can run again and in parallel. */
const newId = () => `https://${randomUUID()}.example/.well-known/jwks.json`;
const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/**
 * Checks that a `KeyStore` of your own must pass. They run in any test runner.
 *
 * @example
 * for (const check of keyStoreChecks) it(check.name, () => check.run(myStore));
 */
export const keyStoreChecks: readonly KeyStoreCheck[] = [
  {
    name: 'reads null if nothing was written',
    async run(store) {
      strictEqual(await store.read(newId()), null);
    },
  },
  {
    name: 'reads what was written, byte for byte',
    async run(store) {
      for (const record of ['{}', '{"quote":"\\"","text":"ключ 鍵 🔑\\u0000"}', `"${'x'.repeat(100_000)}"`]) {
        const id = newId();
        await store.write(id, record, 60);
        strictEqual(await store.read(id), record);
      }
    },
  },
  {
    name: 'reads what was written last',
    async run(store) {
      const id = newId();
      await store.write(id, 'first', 60);
      await store.write(id, 'second', 60);
      strictEqual(await store.read(id), 'second');
    },
  },
  {
    name: 'keeps the records and leases of two ids apart',
    async run(store) {
      const [one, two] = [newId(), newId()];
      await store.write(one, 'one', 60);
      strictEqual(await store.read(two), null);
      strictEqual(await store.lease(one, 60), true);
      strictEqual(await store.lease(two, 60), true);
    },
  },
  {
    name: 'keeps a record for a day or longer',
    async run(store) {
      const id = newId();
      await store.write(id, 'kept', 30 * 86_400);
      strictEqual(await store.read(id), 'kept');
    },
  },
  {
    name: 'gives a lease to one of many who ask at once',
    async run(store) {
      const id = newId();
      const answers = await Promise.all(Array.from({ length: 10 }, () => store.lease(id, 60)));
      deepStrictEqual(answers.toSorted(), [...Array(9).fill(false), true]);
    },
  },
  {
    name: 'gives a lease again when its time has passed, and not before',
    async run(store) {
      const id = newId();
      strictEqual(await store.lease(id, 0.5), true);
      strictEqual(await store.lease(id, 0.5), false);
      await sleep(600);
      strictEqual(await store.lease(id, 60), true);
      strictEqual(await store.lease(id, 60), false);
    },
  },
  {
    name: 'changes no record when it gives a lease, and no lease when it writes',
    async run(store) {
      const id = newId();
      await store.write(id, 'record', 60);
      strictEqual(await store.lease(id, 60), true);
      strictEqual(await store.read(id), 'record');
      await store.write(id, 'newer', 60);
      strictEqual(await store.lease(id, 60), false);
    },
  },
];

/**
 * Further checks, for a store of your own through which tokens are revoked.
 *
 * @example
 * for (const check of keyStoreUpdateChecks) it(check.name, () => check.run(myStore));
 */
export const keyStoreUpdateChecks: readonly KeyStoreCheck<'write' | 'update'>[] = [
  {
    name: 'updates what is there, byte for byte',
    async run(store) {
      const id = newId();
      const [first, second] = ['{"text":"\\"ключ 鍵 🔑"}', `"${'x'.repeat(300_000)}"`];
      strictEqual(await store.update(id, null, first, 60), true);
      strictEqual(await store.read(id), first);
      strictEqual(await store.update(id, first, second, 60), true);
      strictEqual(await store.update(id, second, first, 60), true);
      strictEqual(await store.read(id), first);
    },
  },
  {
    name: 'does not update what another writer changed',
    async run(store) {
      const id = newId();
      strictEqual(await store.update(id, 'expected', 'new', 60), false);
      strictEqual(await store.read(id), null);
      await store.write(id, 'other', 60);
      for (const expected of [null, '', 'expected']) {
        strictEqual(await store.update(id, expected, 'new', 60), false);
        strictEqual(await store.read(id), 'other');
      }
    },
  },
  {
    name: 'updates for one of many writers who expect the same',
    async run(store) {
      const id = newId();
      for (const expected of [null, 'first']) {
        const writers = Array.from({ length: 10 }, (_, at) => (expected === null ? 'first' : `writer ${at}`));
        const answers = await Promise.all(writers.map((text) => store.update(id, expected, text, 60)));
        deepStrictEqual(answers.toSorted(), [...Array(9).fill(false), true]);
        strictEqual(await store.read(id), writers[answers.indexOf(true)]);
      }
    },
  },
];

/** One promise of the `ReplayStore` interface, as a test. */
export interface ReplayStoreCheck {
  readonly name: string;
  /** Rejects with an `AssertionError` if the store breaks the promise, or with the store's own error. */
  run(store: ReplayStore): Promise<void>;
}

/** A new id, as authorizers make them: 43 characters of base64url. */
const newClaim = () => randomBytes(32).toString('base64url');

/**
 * Checks that a `ReplayStore` of your own must pass. They run in any test runner and take two seconds.
 *
 * @example
 * for (const check of replayStoreChecks) it(check.name, () => check.run(myStore));
 */
export const replayStoreChecks: readonly ReplayStoreCheck[] = [
  {
    name: 'lets an id be claimed once',
    async run(store) {
      const id = newClaim();
      strictEqual(await store.claim(id, 60), true);
      strictEqual(await store.claim(id, 60), false);
      strictEqual(await store.claim(id, 60), false);
    },
  },
  {
    name: 'lets one of many claim an id at once',
    async run(store) {
      const id = newClaim();
      const answers = await Promise.all(Array.from({ length: 50 }, () => store.claim(id, 60)));
      deepStrictEqual(answers.toSorted(), [...Array(49).fill(false), true]);
    },
  },
  {
    name: 'tells ids apart, also by upper and lower case and by the last character',
    async run(store) {
      const id = newClaim().slice(0, 41);
      const ids = [`${id}aA`, `${id}AA`, `${id}aa`, `${id}-A`, `${id}_A`];
      const answers = await Promise.all(ids.map((one) => store.claim(one, 60)));
      deepStrictEqual(answers, Array(ids.length).fill(true));
    },
  },
  {
    name: 'holds a claim for its seconds, also if it is claimed again for a shorter time',
    async run(store) {
      const id = newClaim();
      strictEqual(await store.claim(id, 2), true);
      strictEqual(await store.claim(id, 1), false);
      await sleep(1200);
      strictEqual(await store.claim(id, 1), false);
    },
  },
  {
    name: 'takes claims of the longest time that options allow',
    async run(store) {
      const id = newClaim();
      strictEqual(await store.claim(id, 4201), true);
      strictEqual(await store.claim(id, 4201), false);
    },
  },
];
