import type { SteadyClock } from '../refreshing/clock.ts';
import type { Pace } from '../refreshing/pace.ts';
import { reportTo } from '../refreshing/report-to.ts';
import { defined } from '../util/defined.ts';
import { endpointSupplier } from './endpoint-supplier.ts';
import { type FetchJwks, fetchJwks } from './fetch-jwks.ts';
import { type ImportKeys, importKeys as importKeysOf } from './import-keys.ts';
import type { JwksSettings } from './jwks-settings.ts';
import type { KeySupplier } from './key-supply.ts';
import { storeSupplier } from './stores/store-supplier.ts';

/** What keys are fetched with. Tests replace all but the settings. */
export interface FetchParts {
  readonly settings: JwksSettings;
  readonly fetch?: FetchJwks;
  readonly importKeys?: ImportKeys;
  /** Certificate authorities besides Node's own. */
  readonly ca?: string;
}

interface SupplierParts extends FetchParts {
  readonly uri: string;
  readonly clock: SteadyClock;
  readonly pace: Pace;
}

/** Gets keys from the endpoint, or from the store first if there is one. */
export function createSupplier(parts: SupplierParts): KeySupplier {
  const {
    uri,
    clock,
    pace,
    settings,
    fetch = settings.fetch ?? fetchJwks,
    importKeys = importKeysOf,
    ca,
  } = parts;
  const { timeoutMs, maxBytes, store, onEvent } = settings;
  const limits = defined({ timeoutMs, maxBytes, ca });
  const shared = { uri, clock, importKeys };
  const endpoint = endpointSupplier({ ...shared, pace, fetch, limits });
  if (store === null) return endpoint;
  return storeSupplier({
    ...shared,
    store,
    endpoint,
    settings,
    report: (event) => reportTo(onEvent, event),
  });
}
