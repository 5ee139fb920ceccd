import type { AuthorizerOptions } from '../../lib/index.ts';
import { countryCodes } from '../../lib/rules/kinds/country-codes.ts';
import type { Handler, Settings } from './contender.ts';
import { oursWith } from './ours-with.ts';

export interface GrowingSettings extends Settings {
  readonly what: 'routes' | 'cidrs' | 'countries' | 'issuers';
  readonly size: number;
}

/** This package with `size` entries in one option. */
export function create(settings: GrowingSettings): Handler {
  return oursWith(settings, { logger: false, ...OPTIONS[settings.what](settings) });
}

const OPTIONS: Record<GrowingSettings['what'], (settings: GrowingSettings) => AuthorizerOptions> = {
  routes: ({ size }) => ({
    routes: Object.fromEntries(
      Array.from({ length: size }, (_, index) => [
        `GET ${routePath(index, '{id}')}`,
        index % 2 === 0 ? { scopes: ['read:orders'] } : { permissions: ['read:orders'] },
      ]),
    ),
  }),
  // Every second /24, so that no two of them merge into a larger range.
  cidrs: ({ size }) => ({
    rules: { ip: { deny: Array.from({ length: size }, (_, index) => `${address(index * 2, 0)}/24`) } },
  }),
  countries: ({ size }) => ({
    rules: { country: { allow: countries(size), source: 'cloudfront' } },
  }),
  issuers: ({ size, issuer, jwksUri }) => ({
    issuer: Array.from({ length: size }, (_, index) => (index === 0 ? issuer : `${issuer}tenant-${index}/`)),
    jwks: size === 1 ? { uri: jwksUri } : { prefetch: false },
  }),
};

/** The caller's country, and others. */
function countries(size: number): string[] {
  return ['DE', ...[...countryCodes()].filter((code) => code !== 'DE')].slice(0, size);
}

/** Path of the n-th route: three segments, some shared with other routes. */
export function routePath(index: number, id: string): string {
  return `/area-${index % 100}/things-${Math.floor(index / 100)}/${id}`;
}

/** An address in the n-th /24 from 11.0.0.0 on. */
export function address(index: number, host: number): string {
  return `${11 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}.${host}`;
}
