import { reportTo } from '../refreshing/report-to.ts';
import { snapshotOf } from '../refreshing/supply.ts';
import type { KeyEvent } from './key-events.ts';
import type { KeySetStatus } from './key-set-status.ts';
import type { KeySupply } from './key-supply.ts';

export type KeyEventHook = (event: KeyEvent) => unknown;

/** A refresh that has ended, without what it brought. */
interface EndedRefresh {
  readonly uri: string;
  readonly durationMs: number;
  readonly wasCutOff: boolean;
  /** The state of the keys after the refresh. */
  statusOf(): KeySetStatus;
}

/** Reports the end of a refresh to `jwks.onEvent`: new keys, a failure, or both. */
export function reportRefresh(hook: KeyEventHook | null, supply: KeySupply, refresh: EndedRefresh): void {
  const { uri, durationMs, wasCutOff } = refresh;
  const status = refresh.statusOf();
  const snapshot = snapshotOf(supply);
  if (snapshot !== null) {
    const { from, ignored } = snapshot;
    const keys = [...snapshot.keys.values()].flat().length;
    reportTo(hook, { type: 'refreshed', uri, from, keys, ignored, durationMs, status });
  }
  if (supply.kind === 'failed') {
    reportTo(hook, { type: 'refresh_failed', uri, error: supply.error, wasCutOff, durationMs, status });
  }
}
