import type { KeyState } from '../../lib/decision/decision.ts';
import type { FaultCode, RefusalCode } from '../../lib/index.ts';
import type { ApiName } from '../apis.ts';
import type { PersonaName } from '../personas.ts';
import type { World } from '../world.ts';

/** One request of the tour, and its expected answer. */
export interface Step {
  readonly title: string;
  readonly api: ApiName;
  /** Runs before the request. */
  readonly before?: (world: World) => unknown;
  /** `GET /orders`. */
  readonly request: string;
  /** Whose token is sent. Default: no token. */
  readonly as?: PersonaName;
  /** Changes the token before it is sent. */
  readonly tampered?: (token: string) => string;
  /** What proves that the token is the client's: headers of the request. They replace others of the same name. */
  readonly proven?: (token: string) => Readonly<Record<string, string>>;
  /** Send the persona's last token instead of a new one. */
  readonly kept?: boolean;
  /** The client's address. Default: one in Germany. */
  readonly from?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly expect: Expectation;
}

export interface Expectation {
  readonly status: number;
  /** The refusal or fault; none if the request is allowed, or if the authorizer did not run. */
  readonly code?: RefusalCode | FaultCode;
  /** Who decided. Default: the authorizer. `gateway`: an identity source is missing, so the authorizer did not run. */
  readonly by?: 'authorizer' | 'cache' | 'gateway';
  /** Expected origin of the key that verified the token. */
  readonly keys?: KeyState;
}
