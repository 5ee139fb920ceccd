import { nonEmptyStrings, plainChecks, plainMap, refuse } from '../util/option-checks.ts';
import type { RouteRules, RoutesOptions } from './rule-options.ts';

/** Rules of one of several APIs. Each replaces the whole common rule of its name; `false` switches that off. */
export type ApiRules = Omit<RouteRules, 'token' | 'encodedSlashes'>;

/** What applies to the requests of one API. */
export interface ApiOptions {
  /**
   * Audiences of which a token must have one at this API. They are accepted in addition to the top-level `audience`, but
   * at the APIs that name them only.
   *
   * @default the top-level `audience`
   */
  readonly audience?: string | readonly string[];
  /**
   * Rules of all routes of this API. Each replaces the common rule of its name; `false` switches that off.
   *
   * @default the top-level `rules`
   */
  readonly rules?: ApiRules;
  /**
   * Rules by route key, as the top-level `routes` without `apis`.
   *
   * @default none: only the rules of the API judge its requests
   */
  readonly routes?: RoutesOptions;
  /**
   * Paths that no route matches, as the top-level `undeclared` without `apis`.
   *
   * @default 'deny' with `routes`; 'rules' without
   */
  readonly undeclared?: 'deny' | 'absent' | 'rules';
}

/**
 * Options by API: its ID, `a1b2c3d4e5`, for all its stages; or its ID and a stage, `a1b2c3d4e5/prod`, which goes first.
 * AppSync APIs have no stages.
 */
export interface ApisOptions {
  readonly [api: string]: ApiOptions;
}

/** The options of one API: its audiences are checked, its rules are not. */
export interface ParsedApi {
  /** Key of `apis`. */
  readonly api: string;
  /** Dotted path of its options. */
  readonly path: string;
  /** `null` = the top-level ones. */
  readonly audiences: readonly string[] | null;
  readonly rules?: unknown;
  readonly routes?: unknown;
  readonly undeclared?: unknown;
}

/** An ID, and perhaps a stage. Emulators have names as IDs. */
const API = /^[\w.-]+(?:\/(?:\$default|[\w.-]+))?$/;

/** What a missing environment variable leaves in a key. */
const UNSET = /^(?:undefined|null)(?:\/|$)|\/(?:undefined|null)$/;

/**
 * Reads the option `apis`.
 *
 * @param beside - the top-level options, of which `routes` and `undeclared` have no meaning with `apis`
 * @returns an empty list without the option
 * @throws {OptionError}
 */
export function parseApis(beside: { readonly [option: string]: unknown }): readonly ParsedApi[] {
  if (beside['apis'] === undefined) return [];
  const map = plainMap(beside['apis'], 'apis');
  const keys = Object.keys(map);
  const [first] = keys;
  if (first === undefined) refuse('apis', 'names no API: name one, or leave the option out');
  for (const option of ['routes', 'undeclared']) {
    if (beside[option] !== undefined) {
      refuse(
        option,
        `cannot be combined with \`apis\`: write it for each API, as in apis['${first}'].${option}`,
      );
    }
  }
  return keys.map((api) => parseApi(api, map[api]));
}

function parseApi(api: string, value: unknown): ParsedApi {
  const path = `apis['${api}']`;
  if (UNSET.test(api)) refuse(path, 'comes from a variable that is not set: set it to the ID of the API');
  if (!API.test(api)) {
    refuse(
      path,
      "must be the ID of an API, such as 'a1b2c3d4e5', or an ID and a stage, such as 'a1b2c3d4e5/prod'",
    );
  }
  const { audience, ...rules } = plainChecks(value, path, ['audience', 'rules', 'routes', 'undeclared']);
  const audiences = audience === undefined ? null : nonEmptyStrings(audience, `${path}.audience`);
  return { api, path, audiences, ...rules };
}
