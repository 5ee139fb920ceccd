import { compilerFor } from '../answer/policy-terms.ts';
import type { Gateway } from '../gateways/gateway.ts';
import type { Routing } from '../gateways/routing.ts';
import type { PolicyAnalysis } from '../policy-compiler/analysis.ts';
import {
  analyseDenials,
  type DenialAnalysis,
  type ReservedValues,
} from '../policy-compiler/denial-analysis.ts';
import { type CacheAdvice, cacheAdvice } from './cache-advice.ts';
import { cacheDependencies } from './cache-dependencies.ts';
import { denialLists } from './denial-lists.ts';
import { COVERS_ALL, coveredTable, type SampledCoverage, sampledCoverage } from './policy-coverage.ts';
import type { ApiSettings } from './settings.ts';

/** The advice on caching for one API at any gateway. What several gateways share is analysed once. */
export class GatewayAdvice {
  readonly #settings: ApiSettings;
  readonly #maxSamples: number | undefined;
  readonly #compiler: ReturnType<typeof compilerFor>;
  readonly #coverages = new Map<Routing, SampledCoverage>();
  #denials: DenialAnalysis | null = null;

  /** @param maxSamples - sample callers per way of routing at most; default: that of `sampledCoverage` */
  constructor(settings: ApiSettings, maxSamples?: number) {
    this.#settings = settings;
    this.#maxSamples = maxSamples;
    this.#compiler = compilerFor(settings.rules, settings.denyRest);
  }

  /** Whether every caller has an exact policy; `null` if no policies are compiled. */
  get policies(): PolicyAnalysis | null {
    return this.#compiler?.analysis ?? null;
  }

  /** What the policies of sample callers cover; `null` if no policies are compiled for the gateway. */
  coverage(gateway: Gateway): SampledCoverage | null {
    const table = coveredTable(this.#compiler, this.#settings.rules, gateway);
    if (table === null) return null;
    const known = this.#coverages.get(table.routing);
    if (known !== undefined) return known;
    const coverage = sampledCoverage(table, this.#maxSamples);
    this.#coverages.set(table.routing, coverage);
    return coverage;
  }

  advice(gateway: Gateway): CacheAdvice {
    const settings = this.#settings;
    const coverage = this.coverage(gateway);
    if (coverage === null) return cacheAdvice(cacheDependencies(settings, COVERS_ALL), gateway);
    this.#denials ??= analyseDenials(settings.rules);
    const { reserved, implicit } = this.#denials;
    const denials = { reserved: [...reserved, ...reservedForSize(coverage, reserved)], implicit };
    return {
      ...cacheAdvice(cacheDependencies(settings, coverage), gateway),
      ...denialLists(denials, gateway, settings),
    };
  }
}

/** Routes whose values are reserved only because the policy of some sample would be too large otherwise. */
function reservedForSize(
  { reserved }: SampledCoverage,
  known: readonly ReservedValues[],
): readonly ReservedValues[] {
  const rest = reserved.filter((key) => !known.some(({ route }) => route === key));
  return rest.map((route) => ({ route, values: [] }));
}
