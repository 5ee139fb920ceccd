import type { CacheAdvice } from '../authorizer/cache-advice.ts';
import type { GatewayKind } from '../gateways/gateway.ts';
import { gatewayKinds } from '../gateways/index.ts';
import { EVERY_ROUTING } from '../gateways/routing.ts';
import type { ReservedValues } from '../policy-compiler/denial-analysis.ts';
import type { RouteKey } from '../routes/route-key.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import type { AnalysedOptions } from './analyse-options.ts';
import type { CheckResult } from './check.ts';
import type { Finding } from './finding.ts';

/** What `check --json` prints. */
export interface CheckReport {
  readonly errors: number;
  readonly warnings: number;
  readonly findings: readonly FindingReport[];
  /** One entry for each API of the options; empty if the options make no sense. */
  readonly options: readonly OptionsReport[];
  /** The APIs of the documents that were compared with the options. */
  readonly checked: readonly {
    readonly file: string;
    readonly name: string;
    readonly kind: string;
    readonly routes: number;
  }[];
}

export interface FindingReport extends Omit<Finding, 'place'> {
  readonly file: string;
  /** Path in the document, or the dotted path of the option. */
  readonly path: string;
  /** From 1; `null` if the document does not give lines. */
  readonly line: number | null;
}

/** The analysis of the routes for one API. */
export interface OptionsReport {
  /** Key of `apis`; `null` without that option. */
  readonly api: string | null;
  /** Number of declared routes. */
  readonly routes: number;
  /** Whether every caller has an exact policy, size aside; `null` if one policy is right for all routes. */
  readonly exact: boolean | null;
  /** What is not exact, why, and what to do; `null` if there is nothing to say. */
  readonly warning: string | null;
  /** What which callers lose if the token alone is the cache key; `null` if they lose nothing. */
  readonly partial: string | null;
  /** Values of parameters that some callers are refused (`reserved_value`). */
  readonly reserved: readonly ReservedValues[];
  /** Pairs of routes that match the same requests, in an order that AWS does not document. */
  readonly overlaps: readonly { readonly routes: readonly [string, string]; readonly decidedBy: string }[];
  readonly gateways: Readonly<Record<GatewayKind, CacheAdvice>>;
}

export function reportOf({ findings, options, checked }: CheckResult): CheckReport {
  const count = (severity: Finding['severity']) =>
    findings.filter((finding) => finding.severity === severity).length;
  return {
    errors: count('error'),
    warnings: count('warning'),
    findings: findings.map(({ place: { file, path, line }, ...finding }) => ({
      ...finding,
      file,
      path,
      line,
    })),
    options: options.map(optionsReport),
    checked: checked.map((api) => ({
      file: api.place.file,
      name: api.name,
      kind: api.kind,
      routes: 'routes' in api ? api.routes.length : 0,
    })),
  };
}

function optionsReport(options: AnalysedOptions): OptionsReport {
  const { api, settings, policies } = options;
  const gateways = Object.fromEntries(gatewayKinds().map((kind) => [kind, options.adviceFor(kind)]));
  return {
    api,
    routes: settings.rules.routes.length,
    exact: policies?.exact ?? null,
    warning: policies?.warning ?? null,
    partial: options.lossAt('rest-request') ?? options.lossAt('http-api-2.0'),
    reserved: options.adviceFor('rest-request').reserved ?? [],
    overlaps: overlapsOf(settings.rules),
    gateways: gateways as OptionsReport['gateways'],
  };
}

function overlapsOf({ routes, overlaps }: RuleBook): OptionsReport['overlaps'] {
  const keyOf = (index: number) => (routes[index] as RouteKey).key;
  const found = EVERY_ROUTING.flatMap((routing) => overlaps(routing)).map(
    ({ routes: [one, other], decidedBy }) => ({
      routes: [keyOf(one), keyOf(other)] as const,
      decidedBy,
    }),
  );
  return [...new Map(found.map((overlap) => [overlap.routes.join(), overlap])).values()];
}
