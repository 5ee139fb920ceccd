import type { KeyState } from '../../lib/decision/decision.ts';
import type { FaultCode, RefusalCode } from '../../lib/index.ts';
import type { ApiName } from '../apis.ts';
import type { PersonaName } from '../personas.ts';
import type { World } from '../world.ts';

/** One request of the tour, and what must become of it. */
export interface Step {
  readonly title: string;
  readonly api: ApiName;
  /** Changes the world first. */
  readonly before?: (world: World) => unknown;
  /** `GET /orders`. */
  readonly request: string;
  /** Whose token is sent; without it none is. */
  readonly as?: PersonaName;
  /** What the client does to that token. */
  readonly tampered?: (token: string) => string;
  /** Send the token that this persona was given last time, rather than a new one. */
  readonly kept?: boolean;
  /** The client's address. Default: one in Germany. */
  readonly from?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly expect: Expectation;
}

export interface Expectation {
  readonly status: number;
  /** The refusal or the fault; none when the request gets through, or when nobody was asked. */
  readonly code?: RefusalCode | FaultCode;
  /** Who decided. Default: the authorizer; `gateway` = the identity source is missing, so nobody was asked. */
  readonly by?: 'authorizer' | 'cache' | 'gateway';
  /** Where the key that verified the token must have come from. */
  readonly keys?: KeyState;
}
