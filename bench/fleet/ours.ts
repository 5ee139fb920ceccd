import type { FetchJwks } from '../../lib/jwks/fetch-jwks.ts';
import { type ImportedKeys, type ImportKeys, importKeys } from '../../lib/jwks/import-keys.ts';
import { JwksError } from '../../lib/jwks/jwks-error.ts';
import { type JwksSettings, parseJwksOptions } from '../../lib/jwks/jwks-settings.ts';
import { createKeySet } from '../../lib/jwks/key-set.ts';
import type { KeyStore } from '../../lib/jwks/key-store.ts';
import { refreshStore } from '../../lib/jwks/stores/refresh-store.ts';
import { createTestIssuer } from '../../lib/testing.ts';
import { EVENTS, MIDNIGHT, MINUTE } from './day.ts';
import type { Environment, Policy, World } from './policy.ts';

const URI = 'https://tenant.eu.auth0.com/.well-known/jwks.json';
/** Time of an answer, milliseconds. */
const FETCH = 80;
const STORE = 5;
/** Remaining time of an invocation when the key is needed, milliseconds. */
const REMAINING = 10_000;

/** One key under all names: no signature is verified here. */
const [jwk] = createTestIssuer().jwks.keys;

/** Remembers imported key sets: an import costs more than everything else here, and there are few sets. */
function rememberingImport(): ImportKeys {
  const known = new Map<string, ImportedKeys>();
  return (jwks) => {
    const name = jwks.map((key) => (key as { kid: string }).kid).join();
    const imported = known.get(name) ?? importKeys(jwks);
    known.set(name, imported);
    return imported;
  };
}

function fetchFrom({ auth0, clock }: World, by: 'authorizer' | 'refresher'): FetchJwks {
  return async (uri) => {
    const reply = auth0.ask(clock.now(), by);
    await clock.sleep(FETCH);
    if (reply.status === 200) {
      return { body: JSON.stringify({ keys: reply.kids.map((kid) => ({ ...jwk, kid })) }), maxAge: null };
    }
    const retryAfterMs = reply.status === 429 ? 1000 - (clock.now() % 1000) : 0;
    throw new JwksError('jwks_status', `${uri} answered ${reply.status}`, {
      status: reply.status,
      retryAfterMs,
    });
  };
}

function storeIn({ clock }: World): KeyStore {
  const records = new Map<string, string>();
  let leasedUntil = 0;
  return {
    async read(id) {
      await clock.sleep(STORE);
      return records.get(id) ?? null;
    },
    async write(id, record) {
      await clock.sleep(STORE);
      records.set(id, record);
    },
    async lease(_id, seconds) {
      await clock.sleep(STORE);
      if (clock.now() < leasedUntil) return false;
      leasedUntil = clock.now() + seconds * 1000;
      return true;
    },
  };
}

/** EventBridge Scheduler: every five minutes, with two retries after a failure, as Lambda does. */
async function scheduleRefresher(refresh: () => Promise<unknown>, clock: World['clock']): Promise<void> {
  while (clock.now() < EVENTS.end) {
    let isDone = false;
    for (const pause of [0, MINUTE, 2 * MINUTE]) {
      if (isDone) break;
      await clock.sleep(pause);
      isDone = await refresh().then(
        () => true,
        () => false,
      );
    }
    await clock.sleep(5 * MINUTE - ((clock.now() - MIDNIGHT) % (5 * MINUTE)));
  }
}

interface Set {
  readonly name: string;
  readonly store: 'none' | 'shared' | 'refreshed';
}

/** The real key set, in simulated time. */
export function ours({ name, store: kind }: Set): Policy {
  return {
    name,
    kind: 'real',
    start(world) {
      const store = kind === 'none' ? undefined : storeIn(world);
      const offered = kind === 'refreshed' && store !== undefined ? { read: store.read } : store;
      const settings = parseJwksOptions(offered === undefined ? {} : { store: offered }, 'jwks');
      if (kind === 'refreshed' && store !== undefined) startRefresher(world, store, settings);
      const fetch = fetchFrom(world, 'authorizer');
      const shared = { uri: URI, settings, clock: world.clock, random: world.random, fetch };
      const remembered = rememberingImport();
      return () => environmentOf(createKeySet({ ...shared, importKeys: remembered }));
    },
  };
}

function startRefresher(world: World, store: KeyStore, settings: JwksSettings): void {
  const fetch = fetchFrom(world, 'refresher');
  const refresh = () => refreshStore({ uri: URI, store, settings, clock: world.clock, fetch });
  void scheduleRefresher(refresh, world.clock);
}

function environmentOf(set: ReturnType<typeof createKeySet>): Environment {
  set.prefetch();
  return {
    verify(kid) {
      try {
        const found = set.findKey(kid, 'RS256', REMAINING);
        if (!(found instanceof Promise)) return found !== null;
        return found.then(
          (key) => key !== null,
          () => false,
        );
      } catch {
        return false;
      }
    },
  };
}
