import { expect } from 'chai';
import { observe } from '../../lib/proving/observe.ts';
import type { Received } from '../../lib/proving/send.ts';

function response(status: number, errorType: string | null = null, body = ''): Received {
  return { kind: 'response', status, errorType, body };
}

describe('reading the answer of a stage', () => {
  const rest = (received: Received) => {
    const { outcome, certainty } = observe(received, false, 'GET');
    return `${outcome}, ${certainty}`;
  };
  const http = (received: Received, method = 'GET') => observe(received, true, method).outcome;

  it('tells the refusals of a REST API by their mark', () => {
    expect(rest(response(401, 'UnauthorizedException'))).to.equal('denied 401, sure');
    expect(rest(response(403, 'AccessDeniedException'))).to.equal('denied 403, sure');
    expect(rest(response(403, 'AccessDeniedException:http://internal.amazon.com/'))).to.equal(
      'denied 403, sure',
    );
    expect(rest(response(404, 'MissingAuthenticationTokenException'))).to.equal('no route, sure');
  });

  it('tells them by the body if something dropped the mark', () => {
    const denied =
      'User is not authorized to access this resource with an explicit deny in an identity-based policy';
    expect(rest(response(403, null, `{"Message":"${denied}"}`))).to.equal('denied 403, likely');
    expect(rest(response(401, null, '{"message": "Unauthorized"}'))).to.equal('denied 401, likely');
    expect(rest(response(403, null, '{"message":"Missing Authentication Token"}'))).to.equal(
      'no route, likely',
    );
    expect(rest(response(403, null, '{"message":"Forbidden"}'))).to.equal('unclear, likely');
  });

  it('tells the refusals of an HTTP API by their body', () => {
    expect(http(response(401, null, '{"message":"Unauthorized"}'))).to.equal('denied 401');
    expect(http(response(403, null, '{"message":"Forbidden"}'))).to.equal('denied 403');
    expect(http(response(404, null, '{"message":"Not Found"}\n'))).to.equal('no route');
    expect(http(response(404, null, '{"message":"No such order"}'))).to.equal('allowed');
    expect(http(response(404), 'HEAD')).to.equal('unclear');
  });

  it('takes what a backend answers for allowed', () => {
    expect(rest(response(200))).to.equal('allowed, sure');
    expect(rest(response(404, null, '{"message":"Not Found"}'))).to.equal('allowed, sure');
    expect(rest(response(422))).to.equal('allowed, likely');
  });

  it('finds everything else unclear, with the reason', () => {
    const unclear: readonly (readonly [Received, string])[] = [
      [{ kind: 'failure', code: 'ECONNRESET' }, 'no answer (ECONNRESET)'],
      [response(429, 'TooManyRequestsException'), 'throttled'],
      [response(500, 'AuthorizerConfigurationException'), 'the authorizer failed'],
      [response(403, 'ForbiddenException'), 'a firewall, an API key or a host name refused the request'],
      [response(400, 'constructor'), 'the gateway answered for a reason of its own'],
      [response(502), 'a failure of the backend or the gateway'],
      [response(401), 'the gateway or the backend refused'],
      [response(403), 'the gateway or the backend refused'],
      [response(302), 'a redirect, which is not followed'],
      [response(400), 'the gateway or the backend cannot read the request'],
      [response(414), 'the gateway or the backend cannot read the request'],
      [response(413), 'the gateway or the backend cannot read the request'],
      [response(431), 'the gateway or the backend cannot read the request'],
    ];
    for (const [received, reason] of unclear) {
      expect(observe(received, false, 'GET')).to.include({ outcome: 'unclear', reason });
    }
  });
});
