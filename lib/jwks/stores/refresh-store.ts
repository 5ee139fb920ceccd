import { AuthorizerFault } from '../../decision/errors.ts';
import { type Clock, SteadyClock } from '../../refreshing/clock.ts';
import { fetchSnapshot } from '../endpoint-supplier.ts';
import type { FetchJwks } from '../fetch-jwks.ts';
import { importKeys } from '../import-keys.ts';
import { JwksError } from '../jwks-error.ts';
import type { JwksSettings } from '../jwks-settings.ts';
import type { KeyStore } from '../key-store.ts';
import { shownUri } from '../shown-uri.ts';
import { SharedKeys, type StoreFailed } from './shared-keys.ts';

export interface RefreshParts {
  readonly uri: string;
  readonly store: KeyStore;
  readonly settings: JwksSettings;
  readonly clock: Clock;
  readonly fetch: FetchJwks;
}

/** The result of one refresh. */
export interface Refreshed {
  readonly uri: string;
  /** The `kid` of every usable key that is in the store now. */
  readonly kids: readonly string[];
}

/**
 * Fetches the keys and puts them into the store.
 *
 * @throws {AuthorizerFault} `keys_unavailable`, with the cause, if either fails. The store then keeps its record.
 */
export async function refreshStore({ uri, store, settings, clock, fetch }: RefreshParts): Promise<Refreshed> {
  const steady = new SteadyClock(clock);
  const endpoint = { uri, fetch, limits: settings, clock: steady, importKeys };
  const snapshot = await fetchSnapshot(endpoint).catch((error: unknown) => {
    throw unavailable(`the keys of ${shownUri(uri)} could not be fetched`, error);
  });
  let cause: unknown = new JwksError('jwks_store', 'the keys grew old before they could be written');
  const report = ({ error }: StoreFailed) => {
    cause = error;
  };
  // No request waits for it: the store may take as long as the endpoint.
  const patient = { ...settings, storeTimeoutMs: settings.timeoutMs };
  const shared = new SharedKeys({ uri, store, settings: patient, clock: steady, report, importKeys });
  if (!(await shared.write(snapshot)))
    throw unavailable(`the keys of ${shownUri(uri)} could not be stored`, cause);
  return { uri, kids: [...snapshot.keys.keys()] };
}

function unavailable(message: string, cause: unknown): AuthorizerFault {
  return new AuthorizerFault('keys_unavailable', message, { cause });
}
