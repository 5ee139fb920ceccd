import type { AdviceAtGateway, Exploration } from './exploration.ts';

/** The data of the page, as JSON in it. */
export interface PageData {
  readonly exploration: Exploration;
  readonly mode: /** Requests and the advice come from the server of the page. */
    | { readonly kind: 'served' }
    | {
        readonly kind: 'static';
        /** When the file was written: `2026-11-29`. */
        readonly made: string;
        readonly advice: readonly AdviceAtGateway[];
        readonly requests: readonly PreparedRequest[];
      };
}

/** A request that the page asks about. */
export interface PageRequest {
  /** Of the token, besides those that the test issuer adds; `null` = no token. */
  readonly claims: Readonly<Record<string, unknown>> | null;
  readonly method: string;
  /** With the query, if there is one. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** `null` = that of the sample requests. */
  readonly sourceIp: string | null;
}

/** A request of a static file with its trace. */
export interface PreparedRequest {
  /** Index of the caller. */
  readonly caller: number;
  /** Index of the route. */
  readonly route: number;
  readonly trace: Trace;
}

/** One request through the chain. */
export interface Trace {
  readonly steps: readonly TraceStep[];
  /** What the client gets. */
  readonly client: TraceAnswer;
  /** The policy document of the answer; `null` if it has none. */
  readonly policy: unknown;
  readonly log: unknown;
}

export interface TraceStep {
  readonly title: string;
  /** `reported`: refuses, but only reports. `open`: not reached. */
  readonly state: 'passed' | 'refused' | 'reported' | 'fault' | 'open';
  /** Why, in one line. */
  readonly reason: string;
}

/** An HTTP answer. */
export interface TraceAnswer {
  /** `null` if the backend answers. */
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** The answer of the page's server to a request that cannot be run. */
export interface TraceFailure {
  readonly error: string;
}
