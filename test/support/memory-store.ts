import type { KeyStore } from '../../lib/jwks/key-store.ts';
import type { Clock } from '../../lib/refreshing/clock.ts';

/** A store in memory that can fail in the ways that stores do. */
export interface MemoryStore extends Required<KeyStore> {
  readonly records: Map<string, string>;
  readonly calls: { read: number; write: number; lease: number; update: number };
  /** How calls fail. */
  trouble: 'rejects' | 'throws' | 'hangs' | null;
  /** The same store for environments that may only read. */
  readonly readOnly: KeyStore;
}

export function memoryStore(clock: Pick<Clock, 'now'>): MemoryStore {
  const leases = new Map<string, number>();
  const guard = async <Value>(operation: keyof MemoryStore['calls'], act: () => Value): Promise<Value> => {
    self.calls[operation] += 1;
    if (self.trouble === 'hangs') return new Promise(() => undefined);
    if (self.trouble === 'rejects') throw new Error('the store is down');
    return act();
  };
  const self: MemoryStore = {
    records: new Map(),
    calls: { read: 0, write: 0, lease: 0, update: 0 },
    trouble: null,
    read(id) {
      if (self.trouble === 'throws') throw new Error('the store has a bug');
      return guard('read', () => self.records.get(id) ?? null);
    },
    write: (id, record) => guard('write', () => void self.records.set(id, record)),
    lease: (id, seconds) =>
      guard('lease', () => {
        if ((leases.get(id) ?? 0) > clock.now()) return false;
        leases.set(id, clock.now() + seconds * 1000);
        return true;
      }),
    update: (id, expected, record) =>
      guard('update', () => {
        if ((self.records.get(id) ?? null) !== expected) return false;
        self.records.set(id, record);
        return true;
      }),
    get readOnly() {
      return { read: self.read };
    },
  };
  return self;
}
