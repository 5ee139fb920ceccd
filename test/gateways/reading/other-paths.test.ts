import { expect } from 'chai';
import { otherPaths } from '../../../lib/gateways/reading/other-paths.ts';
import type { MethodArn } from '../../../lib/gateways/reading/request-arn.ts';
import { parseExecuteApiArn } from '../../../lib/iam/arn.ts';

function arnOf(path: string, stage = '$default'): MethodArn {
  return parseExecuteApiArn(
    `arn:aws:execute-api:eu-west-1:123456789012:abcdef1234/${stage}/GET${path}`,
  ) as MethodArn;
}

const others = (path: string, ...texts: readonly unknown[]) => otherPaths(arnOf(path), ...texts);

describe('otherPaths', () => {
  it('returns nothing if the fields have the path of the ARN', () => {
    expect(others('/users/7', '/users/7', '/users/7')).to.deep.equal([]);
    expect(others('/users/a%20b', '/users/a%20b')).to.deep.equal([]);
    expect(others('/users/a b', '/users/a b')).to.deep.equal([]);
    expect(others('/', '/')).to.deep.equal([]);
  });

  it('returns nothing if the event has no path', () => {
    for (const absent of [undefined, null, '', 7, {}]) {
      expect(others('/users/7', absent), String(absent)).to.deep.equal([]);
    }
  });

  it('returns the decoded form, once', () => {
    expect(others('/admin%20', '/admin ')).to.deep.equal(['/admin ']);
    expect(others('/caf%C3%A9/%2525', '/caf%C3%A9/%2525', '/café/%25')).to.deep.equal(['/café/%25']);
    expect(others('/a%20b', '/a b', '/a b')).to.deep.equal(['/a b']);
  });

  it('removes a stage and a base path mapping', () => {
    expect(otherPaths(arnOf('/users/7', 'live'), '/live/users/7')).to.deep.equal([]);
    expect(otherPaths(arnOf('/users/a%20b', 'live'), '/live/users/a b')).to.deep.equal(['/users/a b']);
    expect(otherPaths(arnOf('/users/a%20b', 'live'), '/v1/users/a b')).to.deep.equal(['/users/a b']);
    expect(otherPaths(arnOf('/', 'live'), '/live/')).to.deep.equal([]);
    expect(otherPaths(arnOf('/', 'live'), '/live')).to.deep.equal([]);
  });

  it('ignores a final slash', () => {
    expect(others('/orders/', '/orders')).to.deep.equal([]);
    expect(others('/orders', '/orders/')).to.deep.equal([]);
    expect(others('/a%20b/', '/a b')).to.deep.equal(['/a b/']);
  });

  it('returns a path that differs for another reason unchanged, without the stage', () => {
    expect(others('/users/7', '/users/8')).to.deep.equal(['/users/8']);
    expect(otherPaths(arnOf('/users/7', 'live'), '/live/users/8')).to.deep.equal(['/users/8']);
    expect(otherPaths(arnOf('/users/7', 'live'), '/lively/8')).to.deep.equal(['/lively/8']);
    expect(others('/admin%3Fx', '/admin')).to.deep.equal(['/admin']);
    expect(others('/users/7', 'users/7x')).to.deep.equal(['users/7x']);
  });

  it('does not change a path that is not UTF-8', () => {
    expect(others('/%A0', '/\ufffd')).to.deep.equal(['/\ufffd']);
    expect(others('/%', '/%')).to.deep.equal([]);
  });
});
