import type { Decision } from '../decision/decision.ts';
import type { DecisionTracer, OpenTrace, TraceSubsegment } from '../invocation/trace.ts';
import { defined } from '../util/defined.ts';
import type { DecisionFacts } from './decision-hook.ts';

/** Namespace of the metadata. */
const NAMESPACE = 'middy-auth0-authorizer';

/**
 * Begins the subsegment `authorize` and makes it the current one, so that the requests for keys and the handler's own
 * subsegments are part of it.
 *
 * @returns `null` if the tracer is off, or outside of Lambda
 */
export function openTrace(tracer: DecisionTracer): OpenTrace | null {
  const parent = tracer.isTracingEnabled() ? tracer.getSegment() : undefined;
  if (parent === undefined) return null;
  const own = parent.addNewSubsegment('authorize');
  tracer.setSegment(own);
  return { parent, own };
}

/**
 * Ends the subsegment with the decision. A refusal is an answer like an allow; only a fault of the authorizer is a fault of
 * the subsegment. Nothing of a token or a caller gets into the trace.
 */
export function closeTrace(
  tracer: DecisionTracer,
  { parent, own }: OpenTrace,
  decision: Decision,
  facts: DecisionFacts,
): void {
  // A handler may have left a subsegment of its own open.
  tracer.setSegment(own);
  try {
    annotate(tracer, own, decision, facts);
  } finally {
    // X-Ray never gets a trace in which a subsegment is open.
    own.close();
    tracer.setSegment(parent);
  }
}

function annotate(
  tracer: DecisionTracer,
  own: TraceSubsegment,
  decision: Decision,
  facts: DecisionFacts,
): void {
  const { outcome } = decision;
  const { route, gateway, ...metadata } = facts;
  own.addAnnotation('outcome', outcome);
  if (route !== undefined) own.addAnnotation('route', route);
  if (gateway !== undefined) own.addAnnotation('gateway', gateway);
  if (outcome === 'deny') own.addAnnotation('refusal', decision.code);
  if (outcome === 'fault') {
    const { code, cause } = decision;
    own.addAnnotation('fault', code);
    tracer.addErrorAsMetadata(cause instanceof Error ? cause : new Error(code));
    // Without `captureError` the tracer marks an error of the client only.
    own.addFaultFlag();
  }
  own.addMetadata('decision', metadataOf(decision, metadata), NAMESPACE);
}

function metadataOf(decision: Decision, facts: DecisionFacts): object {
  return defined({
    ...facts,
    // Without what the functions of rules threw: X-Ray can only store JSON.
    reports: facts.reports?.map(({ cause: _, ...report }) => report),
    rule: decision.outcome === 'allow' ? undefined : decision.rule,
    detail: decision.outcome === 'deny' ? decision.detail : undefined,
  });
}
