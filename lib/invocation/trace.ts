/**
 * The part of a Powertools Tracer that is used; a `Tracer` of `@aws-lambda-powertools/tracer` fits as it is.
 *
 * @see https://docs.powertools.aws.dev/lambda/typescript/latest/features/tracer/
 */
export interface DecisionTracer {
  isTracingEnabled(): boolean;
  /** The current segment of X-Ray; `undefined` outside of Lambda. */
  getSegment(): TraceSegment | undefined;
  setSegment(segment: TraceSegment): void;
  addErrorAsMetadata(error: Error): void;
  /** The ID of the trace, such as `1-67a1b2c3-0123456789abcdef01234567`. */
  getRootXrayTraceId(): string | undefined;
}

/** A segment or subsegment of the X-Ray SDK. */
export interface TraceSegment {
  addNewSubsegment(name: string): TraceSubsegment;
}

/** A subsegment of the X-Ray SDK. */
export interface TraceSubsegment extends TraceSegment {
  addAnnotation(key: string, value: string): void;
  addMetadata(key: string, value: unknown, namespace: string): void;
  addFaultFlag(): void;
  close(): void;
}

/** The subsegment of an invocation, and the segment that it is part of. */
export interface OpenTrace {
  readonly parent: TraceSegment;
  readonly own: TraceSubsegment;
}
