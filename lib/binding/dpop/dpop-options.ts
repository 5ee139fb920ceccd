import type { KeyObject } from 'node:crypto';
import type { ReplayStore } from '../../jwks/replay-store.ts';
import type { BindingMode, ReplayEvent } from '../../token/binding.ts';
import { BoundedMap } from '../../util/bounded-map.ts';
import { isObject } from '../../util/is-object.ts';
import {
  func,
  nonEmptyList,
  nonEmptyStrings,
  oneOf,
  optional,
  plainChecks,
  refuse,
  seconds,
} from '../../util/option-checks.ts';
import { MODES } from '../mode.ts';
import { normalAddress } from './address.ts';
import type { ProofTerms } from './proof.ts';
import { PROOF_ALGORITHMS, type ProofAlgorithm } from './proof-key.ts';
import { memoryReplays } from './replay.ts';
import { UsedProofs } from './used-proofs.ts';

/** Options of `dpop`. */
export interface DpopOptions {
  /**
   * `'off'`: as without the option. `'allowed'` also accepts tokens that are not bound to a key. `'required'` refuses them on
   * every route.
   */
  readonly mode: BindingMode;
  /**
   * Where clients reach the API if not at the domain of API Gateway, such as `https://api.example.com` behind CloudFront; with
   * the part of the path that API Gateway does not see, such as `https://api.example.com/v1`. One or several. WebSocket APIs
   * need the whole address, such as `wss://ws.example.com/chat`, on a custom domain.
   *
   * @default the domain that API Gateway received the request for, and the path with stage or base path mapping
   */
  readonly origin?: string | readonly string[];
  /**
   * How long ago a proof may have been made. Seconds, 1 to 3600.
   *
   * @default 300 seconds
   */
  readonly maxAge?: number;
  /**
   * How far the clocks of clients may differ, either way. Seconds, 0 to 300.
   *
   * @default 30 seconds, as in Auth0's SDKs: clients are phones and browsers
   */
  readonly clockTolerance?: number;
  /**
   * Signature algorithms that proofs may have. Auth0 documents ES256 keys.
   *
   * @default ['ES256', 'RS256']
   */
  readonly algorithms?: readonly ProofAlgorithm[];
  /**
   * Where used proofs are remembered. A store that gives no answer within 5 seconds, or before the invocation's time runs
   * out, counts as failed.
   *
   * @default in the memory of each execution environment: the same proof can be used once in each
   */
  readonly replay?: ReplayStore;
  /**
   * What to do with a valid proof if the store fails. `'allow'` accepts it although it may have been used before, logs that
   * once, and is not possible with `mode: 'required'`.
   *
   * @default 'deny': a fault, `replay_unavailable`
   */
  readonly onUnavailable?: 'deny' | 'allow';
  /**
   * Called each time that the store fails. What it throws is ignored.
   *
   * @default nothing
   */
  readonly onEvent?: (event: ReplayEvent) => unknown;
}

const OPTIONS = [
  'mode',
  'origin',
  'maxAge',
  'clockTolerance',
  'algorithms',
  'replay',
  'onUnavailable',
  'onEvent',
] as const satisfies readonly (keyof DpopOptions)[];

/** The options of `dpop`, checked and complete. */
export interface DpopSettings extends ProofTerms {
  readonly mode: BindingMode;
  /** Without a final slash; `null`: the domain of API Gateway. */
  readonly origins: readonly string[] | null;
  readonly used: UsedProofs;
}

const DEFAULT_MAX_AGE_S = 300;
const DEFAULT_TOLERANCE_S = 30;
const DEFAULT_ALGORITHMS: readonly ProofAlgorithm[] = Object.freeze(['ES256', 'RS256']);

/** How many keys of clients are held: some 2 MB. */
const MAX_KEYS = 1000;

/** @throws {OptionError} */
export function parseDpopOptions(value: unknown): DpopSettings {
  const path = 'dpop';
  const options = typeof value === 'string' ? { mode: value } : plainChecks(value, path, OPTIONS);
  const mode = oneOf(options.mode, typeof value === 'string' ? path : `${path}.mode`, MODES);
  const whenFailing = ['deny', 'allow'] as const;
  const onUnavailable = optional(
    options,
    path,
    'onUnavailable',
    'deny',
    oneOf<'deny' | 'allow'>,
    whenFailing,
  );
  if (mode === 'required' && onUnavailable === 'allow') {
    refuse(`${path}.onUnavailable`, "must be 'deny' with mode 'required'");
  }
  const store = optional(options, path, 'replay', null, replayStore) ?? memoryReplays();
  const hook = optional(options, path, 'onEvent', null, func<(event: ReplayEvent) => unknown>);
  return Object.freeze({
    mode,
    origins: optional(options, path, 'origin', null, originsOf),
    maxAge: optional(options, path, 'maxAge', DEFAULT_MAX_AGE_S, seconds, 1, 3600),
    clockTolerance: optional(options, path, 'clockTolerance', DEFAULT_TOLERANCE_S, seconds, 0, 300),
    algorithms: optional(options, path, 'algorithms', DEFAULT_ALGORITHMS, nonEmptyList, algorithm),
    keys: new BoundedMap<KeyObject>(MAX_KEYS),
    used: new UsedProofs(store, onUnavailable, hook),
  });
}

function algorithm(value: unknown, path: string): ProofAlgorithm {
  return oneOf(value, path, PROOF_ALGORITHMS);
}

function originsOf(value: unknown, path: string): readonly string[] {
  return nonEmptyStrings(value, path).map((text) => {
    const address = normalAddress(text);
    if (address === null || /[?#*]/.test(text)) {
      refuse(path, 'must be a URL without query, fragment and `*`, such as https://api.example.com');
    }
    return address.replace(/\/$/, '');
  });
}

function replayStore(value: unknown, path: string): ReplayStore {
  if (isObject(value) && typeof value['claim'] === 'function') return value as unknown as ReplayStore;
  refuse(path, 'must be an object with a function `claim`; a store with `readOnly` has none');
}
