/** Failures before a decision, which the runtime logs in words of its own. */
const KNOWN: readonly (readonly [sign: RegExp, failure: KnownFailure])[] = [
  [
    /\bOptionError\b|\binvalid_option\b/,
    {
      failure: 'invalid options',
      change: 'Read the message after `OptionError`: it names the option. `check` names it too.',
    },
  ],
  [
    /\bERR_REQUIRE_ESM\b|\bERR_PACKAGE_PATH_NOT_EXPORTED\b/,
    {
      failure: 'CommonJS code loads an ES module with `require()`',
      change: 'Bundle the function, or write it as an ES module.',
    },
  ],
  [
    /Dynamic require of "[^"]*" is not supported/,
    {
      failure: 'an ES module bundle contains a CommonJS package',
      change: 'Add the banner that docs/11 shows under "Key stores in a bundle".',
    },
  ],
  [
    /Task timed out after/,
    {
      failure: 'the function ran out of time',
      change: 'Give it more time than `jwks.timeout`, more memory, and a way to the JWKS (VPC, NAT, proxy).',
    },
  ],
  [
    /Runtime\.(?:ExitError|OutOfMemory)|signal: killed/,
    {
      failure: 'the process ended',
      change: 'Give the function more memory, and read the lines before this one.',
    },
  ],
];

/** What went wrong without a decision, and what to do. */
export interface KnownFailure {
  readonly failure: string;
  readonly change: string;
}

/** The failures of which a text has a sign, each once. */
export function knownFailuresIn(text: string): readonly KnownFailure[] {
  return KNOWN.filter(([sign]) => sign.test(text)).map(([, failure]) => failure);
}
