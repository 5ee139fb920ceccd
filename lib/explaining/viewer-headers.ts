import type { AuthorizerOptions } from '../authorizer/options.ts';
import { OptionError } from '../decision/errors.ts';
import type { CountrySource } from '../rules/kinds/country-source.ts';
import type { HeaderProof } from '../rules/kinds/header-proof.ts';
import type { IpSource } from '../rules/kinds/ip-source.ts';
import type { RouteRules, RulesOptions } from '../rules/rule-options.ts';

/** Where a client is. */
export interface Whereabouts {
  readonly ip?: string | undefined;
  readonly country?: string | undefined;
}

type Headers = Readonly<Record<string, string>>;

/**
 * The headers that the proxies of the options add to a request from there: those that the rules `ip` and `country` read,
 * with the secret of their proof.
 *
 * @param api - the key of `apis`; `undefined` without that option
 * @throws {OptionError} `--country` if only a function of the options knows the country
 */
export function viewerHeaders(
  options: AuthorizerOptions,
  api: string | undefined,
  { ip, country }: Whereabouts,
): Headers {
  const all = rulesIn(options, api);
  const ipSources = all.flatMap(({ ip: rule }) => (rule ? [rule.source ?? 'gateway'] : []));
  const countrySources = all.flatMap(({ country: rule }) => (rule ? [rule.source] : []));
  return {
    ...(ip === undefined ? {} : Object.assign({}, ...ipSources.map((source) => addressHeaders(source, ip)))),
    ...(country === undefined ? {} : countryHeaders(countrySources, country)),
  };
}

function rulesIn(
  options: AuthorizerOptions,
  api: string | undefined,
): readonly (RulesOptions | RouteRules)[] {
  const own = api === undefined ? options : options.apis?.[api];
  return [options.rules ?? {}, own?.rules ?? {}, ...Object.values(own?.routes ?? {})] as RouteRules[];
}

const COUNTRY_HEADER = 'CloudFront-Viewer-Country';

function countryHeaders(sources: readonly CountrySource[], country: string): Headers {
  const readable = sources.filter((source) => typeof source !== 'function');
  if (sources.length > 0 && readable.length === 0) {
    throw new OptionError(
      '--country',
      'has no effect: a function of the options finds the country by the address, so use --ip',
    );
  }
  if (readable.length === 0) return { [COUNTRY_HEADER]: country };
  const headers = readable.map((source) =>
    source === 'cloudfront'
      ? { [COUNTRY_HEADER]: country }
      : { [source.header]: country, ...proofHeader(source.proof) },
  );
  return Object.assign({}, ...headers) as Headers;
}

/** The port of the client, which CloudFront writes behind the address. */
const PORT = 443;
/** A proxy of the options, an address for documentation (RFC 5737). */
const PROXY = '192.0.2.1';

function addressHeaders(source: IpSource, ip: string): Headers {
  if (source === 'gateway') return {};
  if (source === 'cloudfront-viewer-address') return { [source]: `${ip}:${PORT}` };
  const { header, proof } = source;
  const proxies = 'trustedHops' in source ? Array<string>(source.trustedHops - 1).fill(PROXY) : [];
  const value = 'trustedHops' in source ? [ip, ...proxies].join(', ') : `${ip}:${PORT}`;
  return { [header]: value, ...(proof === undefined ? {} : proofHeader(proof)) };
}

function proofHeader({ header, secret }: HeaderProof): Headers {
  return { [header]: typeof secret === 'string' ? secret : secret[0] };
}
