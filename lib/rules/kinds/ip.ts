import { refuseUnsent } from '../../gateways/unsent.ts';
import { compileCidrs, indexOfShared } from '../../net/cidr-list.ts';
import { formatIp } from '../../net/ip-address.ts';
import { boolean, optional, plainChecks, refuse } from '../../util/option-checks.ts';
import type { Rule, Verdict } from '../rule.ts';
import { compileIpSource } from './ip-source.ts';

const NOT_PROVEN: Verdict = Object.freeze({ code: 'ip_unknown', rule: 'ip', detail: 'not proven' });

/**
 * Compiles `ip`: the client's address must be in no block of `deny`, and in one of `allow` where that is given. `deny`
 * goes first. An address that cannot be told, or whose source is not proven, is refused.
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
      if (unsent !== null) return unsent;
      if (source.proof?.holds(request.headers) === false) return NOT_PROVEN;
      const address = source.read(request);
      if (address === null) return { code: 'ip_unknown', rule: 'ip' };
      findings.clientIp = formatIp(address);
      if (deny?.has(address) === true) return { code: 'ip_not_allowed', rule: 'ip', detail: 'in deny' };
      if (allow?.has(address) === false)
        return { code: 'ip_not_allowed', rule: 'ip', detail: 'not in allow' };
      return null;
    },
  };
}

function parseLists(options: { readonly allow?: unknown; readonly deny?: unknown }, path: string) {
  if (options.allow === undefined && options.deny === undefined) {
    refuse(path, 'has neither `allow` nor `deny`; give one, or leave the rule out');
  }
  const allow = optional(options, path, 'allow', null, compileCidrs);
  const deny = optional(options, path, 'deny', null, compileCidrs);
  const contradiction = allow === null || deny === null ? -1 : indexOfShared(allow, deny);
  if (contradiction !== -1) {
    refuse(`${path}.deny[${contradiction}]`, 'stands in `allow` too; decide for one');
  }
  return { allow, deny };
}
