import { type KeysById, keyFor } from './import-keys.ts';
import { whyUnusable } from './key-reasons.ts';
import type { KeySetStatus } from './key-set-status.ts';
import type { KeySource, SigningKey } from './signing-key.ts';

/** Pinned keys without an address: nothing is ever fetched. */
export class PinnedKeySet implements KeySource {
  readonly #pinned: KeysById;
  readonly status: KeySetStatus;

  constructor(pinned: KeysById, createdAt: Date) {
    this.#pinned = pinned;
    this.status = {
      fresh: false,
      stale: false,
      fetchedAt: null,
      nextFetchAt: createdAt,
      lastError: null,
      kids: [...pinned.keys()],
    };
  }

  prefetch(): void {}

  async ready(): Promise<void> {}

  whyUnusable(kid: string): string | null {
    return whyUnusable(kid, this.#pinned, []);
  }

  findKey(kid: string, algorithm: string): SigningKey | null {
    const key = this.#pinned.get(kid);
    return key === undefined ? null : keyFor(key, algorithm, 'pinned');
  }
}
