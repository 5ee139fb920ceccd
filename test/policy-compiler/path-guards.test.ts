import { expect } from 'chai';
import type { Routing } from '../../lib/gateways/routing.ts';
import { evaluatePolicy } from '../../lib/iam/evaluate.ts';
import { createPolicyCompiler } from '../../lib/policy-compiler/compiler.ts';
import { arnOf, PREFIX } from './support/arns.ts';
import { parse } from './support/tables.ts';

const ROUTES = parse(['GET /users/{id}', 'ANY /admin', '$default']);

function documentFor(routing: Routing, prefix = PREFIX) {
  const compiler = createPolicyCompiler({ routes: ROUTES, undeclared: 'rules' });
  const granted = { routes: [1, 0, 1], undeclared: true };
  const { document } = compiler.compile(granted, arnOf('GET/', prefix), { routing, asked: [] });
  if (document === null) throw new Error('no document');
  return document;
}

function denied(routing: Routing): readonly string[] {
  return documentFor(routing).Statement.flatMap(({ Effect, Resource }) =>
    Effect === 'Deny' ? Resource : [],
  );
}

/**
 * Whether a pattern matches by the reading of serverless-offline: it compares region, account and API apart if the
 * pattern has a slash after them, and then looks for the rest anywhere in the path.
 */
function matchesUnanchored(pattern: string, resource: string): boolean {
  const [head = '', path] = splitAtSlash(pattern);
  const [, ownPath = ''] = splitAtSlash(resource);
  const [region, account, api] = head.split(':').slice(3);
  const own = resource.split(/[:/]/).slice(3, 6);
  if ([region, account, api].some((part, at) => part !== undefined && part !== '*' && part !== own[at])) {
    return false;
  }
  const rest = (path ?? '*').replaceAll('*', '.*').replaceAll('?', '.');
  return new RegExp(`${rest}$`).test(ownPath);
}

function splitAtSlash(text: string): readonly [string, string?] {
  const at = text.indexOf('/');
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

describe('the guards of a policy', () => {
  it('deny white space that Node and backends drop from the end of a decoded path, and fragments', () => {
    const paths = ['%20', '%C2%A0', '%C2%a0', '%c2%A0', '%c2%a0', '#x'].map((end) => `GET/admin${end}`);
    for (const path of paths) {
      const verdict = evaluatePolicy(documentFor('http'), { resource: PREFIX + path });
      expect(verdict, path).to.equal('explicit-deny');
    }
    const inside = { resource: `${PREFIX}GET/users/a%C2%A0b` };
    expect(evaluatePolicy(documentFor('http'), inside)).to.equal('allow');
  });

  it('take no room for decoded paths on REST APIs, which pass paths on as sent', () => {
    expect(denied('http').length - denied('rest').length).to.equal(5);
  });

  it('name the API before a slash: IAM simulators take no wildcard before the first slash of a resource', () => {
    for (const resource of denied('http')) {
      const [, , , , , own = ''] = resource.split(':');
      if (own.includes('/')) expect(own).to.match(/^[^*]+\//);
    }
  });

  it('match no plain path if a local tool does not anchor what follows the first slash', () => {
    const prefix = 'arn:aws:execute-api:eu-west-1:random-account-id:random-api-id/dev/';
    const { Statement } = documentFor('http', prefix);
    for (const path of ['GET/', 'GET/users/7', 'POST/a/b.c/d', 'GET/x%20y']) {
      const matches = (effect: string) =>
        Statement.filter(({ Effect }) => Effect === effect)
          .flatMap(({ Resource }) => Resource)
          .filter((pattern) => matchesUnanchored(pattern, prefix + path));
      expect(matches('Deny'), path).to.deep.equal([]);
      expect(matches('Allow'), path).not.to.deep.equal([]);
    }
  });
});
