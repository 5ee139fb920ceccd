import { isConsoleTest } from '../../gateways/console-test.ts';
import { refuseUnsent } from '../../gateways/unsent.ts';
import { compileCidrs, compileDenied, indexOfShared } from '../../net/cidr-list.ts';
import { formatIp } from '../../net/ip-address.ts';
import { boolean, optional, plainChecks, refuse } from '../../util/option-checks.ts';
import { PASSED, type Rule, refused, type Verdict } from '../rule.ts';
import { compileIpSource, type IpSource } from './ip-source.ts';

/** Set `allow`, `deny` or both. */
export interface IpRule {
  /**
   * Addresses and CIDR blocks, IPv4 and IPv6. The client must be in one of them. `::/0` contains no IPv4 address. An IPv6
   * address that contains an IPv4 address (`64:ff9b::192.0.2.1`) is in IPv6 blocks only; IPv4-mapped ones are IPv4.
   *
   * @default any address
   */
  readonly allow?: readonly string[];
  /**
   * Addresses and CIDR blocks. A client in one of them is refused. Checked before `allow`. An IPv4 block also refuses the
   * IPv6 addresses that contain one of its addresses: translated (`64:ff9b::/96`, RFC 6052), 6to4 (`2002::/16`, RFC 3056) and
   * IPv4-compatible (`::/96`, RFC 4291). Write blocks of other transition prefixes, such as Teredo (`2001::/32`), into the
   * list yourself.
   *
   * @default none
   */
  readonly deny?: readonly string[];
  /**
   * Where the client's address comes from.
   *
   * @default 'gateway'
   */
  readonly source?: IpSource;
  /**
   * Judged and logged, not enforced.
   *
   * @default false
   */
  readonly reportOnly?: boolean;
}

const UNKNOWN = refused({ code: 'ip_unknown', rule: 'ip' });
const CONSOLE_TEST = refused({
  code: 'ip_unknown',
  rule: 'ip',
  detail: 'a test in the console has no client address: send a real request',
});
const NOT_PROVEN = refused({ code: 'ip_unknown', rule: 'ip', detail: 'not proven' });
const IN_DENY = refused({ code: 'ip_not_allowed', rule: 'ip', detail: 'in deny' });
const NOT_IN_ALLOW = refused({ code: 'ip_not_allowed', rule: 'ip', detail: 'not in allow' });

/**
 * Compiles `ip`: the client's address must be in no block of `deny`, and in a block of `allow` if that is given. `deny`
 * goes first. An unknown address, or one from a source without its proof, is refused.
 *
 * @throws {OptionError}
 */
export function compileIp(value: unknown, path: string): Rule {
  const options = plainChecks(value, path, ['allow', 'deny', 'source', 'reportOnly']);
  const { allow, deny } = parseLists(options, path);
  const source = compileIpSource(options.source, `${path}.source`);
  return {
    name: 'ip',
    inputs: source.inputs,
    reportOnly: optional(options, path, 'reportOnly', false, boolean),
    judge({ request }, findings): Verdict {
      const unsent = refuseUnsent(request.gateway, source.reads, 'ip');
      if (unsent !== null) return refused(unsent);
      if (source.proof?.holds(request.headers) === false) return NOT_PROVEN;
      const address = source.read(request);
      if (address === null) return isConsoleTest(request) ? CONSOLE_TEST : UNKNOWN;
      findings.clientIp = formatIp(address);
      if (deny?.has(address) === true) return IN_DENY;
      return allow?.has(address) === false ? NOT_IN_ALLOW : PASSED;
    },
  };
}

function parseLists(options: { readonly allow?: unknown; readonly deny?: unknown }, path: string) {
  if (options.allow === undefined && options.deny === undefined) {
    refuse(path, 'has neither `allow` nor `deny`: set one, or leave the rule out');
  }
  const allow = optional(options, path, 'allow', null, compileCidrs);
  const deny = optional(options, path, 'deny', null, compileDenied);
  const contradiction = allow === null || deny === null ? -1 : indexOfShared(allow, deny);
  if (contradiction !== -1) {
    refuse(`${path}.deny[${contradiction}]`, 'is in `allow` too: remove one of them');
  }
  return { allow, deny };
}
