import type { DecisionMetrics } from '../observing/decision-metrics.ts';
import type { VerifierSettings } from '../token/verifier-settings.ts';

type Watched = Pick<VerifierSettings, 'jwks' | 'revocations'>;
type Sources = Watched & Pick<VerifierSettings, 'bindings'>;

/**
 * The same settings; the events of the keys and of the revocations are counted before the user's hooks get them. Failures of
 * the stores of bindings are counted too.
 */
export function metered({ jwks, revocations, bindings }: Sources, metrics: DecisionMetrics | null): Watched {
  if (metrics === null) return { jwks, revocations };
  for (const binding of bindings) binding.watch(() => metrics.onStoreFailed());
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
