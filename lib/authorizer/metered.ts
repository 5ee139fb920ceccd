import type { DecisionMetrics } from '../observing/decision-metrics.ts';
import type { VerifierSettings } from '../token/verifier-settings.ts';

type Watched = Pick<VerifierSettings, 'jwks' | 'revocations'>;

/** The same settings; the events of the keys and of the revocations are counted before the user's hooks get them. */
export function metered({ jwks, revocations }: Watched, metrics: DecisionMetrics | null): Watched {
  if (metrics === null) return { jwks, revocations };
  return {
    jwks: {
      ...jwks,
      onEvent(event) {
        metrics.onKeyEvent(event);
        return jwks.onEvent?.(event);
      },
    },
    revocations: revocations && {
      ...revocations,
      onEvent(event) {
        metrics.onRevocationEvent(event);
        return revocations.onEvent?.(event);
      },
    },
  };
}
