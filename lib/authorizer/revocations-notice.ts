import { type NoticeSource, once, type RevocationsLine } from '../invocation/notice.ts';
import type { RevocationEvent } from '../revocations/revocations-options.ts';
import type { RevocationsSettings } from '../revocations/revocations-settings.ts';
import { bareError } from './bare-error.ts';

/** Settings whose list of revocations is watched, and the notice that tokens pass without it. */
export interface RevocationsWatch {
  readonly revocations: RevocationsSettings | null;
  /** `null` if no token ever passes without the list. */
  readonly notice: NoticeSource | null;
}

const ADVICE =
  'There is no current list of revocations, so tokens pass whether or not they are revoked (`revocations.onUnavailable`). ' +
  'Check `error`, then the permissions of the function, the network and the store.';

/** Watches for tokens that pass without the list of revocations, which is logged once in an execution environment. */
export function revocationsNotice(revocations: RevocationsSettings | null): RevocationsWatch {
  if (revocations?.onUnavailable !== 'allow') return { revocations, notice: null };
  let line: RevocationsLine | null = null;
  const watched = {
    ...revocations,
    onEvent(event: RevocationEvent) {
      if (event.type === 'unavailable') line ??= { error: bareError(event.error), advice: ADVICE };
      return revocations.onEvent?.(event);
    },
  };
  return {
    revocations: watched,
    notice: once(() =>
      line === null ? null : { level: 'warn', message: 'authorizer revocations unavailable', line },
    ),
  };
}
