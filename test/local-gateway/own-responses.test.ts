import { expect } from 'chai';
import {
  type LocalGateway,
  type LocalGatewayOptions,
  startLocalGateway,
} from '../../lib/local-gateway/local-gateway.ts';

const DENY = {
  principalId: 'user',
  policyDocument: {
    Version: '2012-10-17',
    Statement: [{ Action: 'execute-api:Invoke', Effect: 'Deny', Resource: '*' }],
  },
  context: { refusal: 'ip_not_allowed' },
};

describe('the local gateway', () => {
  const running: LocalGateway[] = [];

  async function answerTo(
    options: Partial<LocalGatewayOptions>,
    { path = '/orders', method = 'GET' } = {},
  ): Promise<{ status: number; headers: Headers; body: string }> {
    const gateway = await startLocalGateway({
      kind: 'rest-request',
      authorizer: async () => DENY,
      ...options,
    });
    running.push(gateway);
    const response = await fetch(`${gateway.url}${path}`, { method });
    return { status: response.status, headers: response.headers, body: await response.text() };
  }

  afterEach(() => Promise.all(running.splice(0).map((gateway) => gateway.close())));

  it('answers 500 and goes on if `viewer` or `onExchange` throws', async () => {
    const broken = () => {
      throw new Error('broken');
    };
    for (const options of [{ viewer: broken }, { onExchange: broken }]) {
      const { status, body } = await answerTo(options);
      expect(status).to.equal(500);
      expect(body).to.include('viewer or onExchange threw: Error: broken');
    }
  });

  describe('with gateway responses of its own', () => {
    const header = (value: string) => ({ 'gatewayresponse.header.X-Type': value });
    const failing = async () => {
      throw new Error('broken');
    };
    const throwing401 = async () => {
      throw new Error('Unauthorized');
    };

    it('answers with status, headers and body of the response type', async () => {
      const responses = {
        ACCESS_DENIED: {
          statusCode: '404',
          responseParameters: header("'denied'"),
          responseTemplates: { 'application/json': '{"code":"$context.authorizer.refusal"}' },
        },
      };
      const { status, headers, body } = await answerTo({ responses });
      expect({ status, body, type: headers.get('x-type') }).to.deep.equal({
        status: 404,
        body: '{"code":"ip_not_allowed"}',
        type: 'denied',
      });
    });

    it('answers failures of the authorizer and refused tokens by their types', async () => {
      const responses = {
        UNAUTHORIZED: { statusCode: '499' },
        AUTHORIZER_CONFIGURATION_ERROR: { statusCode: '599' },
      };
      expect(await answerTo({ responses, authorizer: throwing401 })).to.include({ status: 499 });
      expect(await answerTo({ responses, authorizer: failing })).to.include({ status: 599 });
    });

    it('takes the default of the status where the type has no response, and keeps status and body', async () => {
      const responses = {
        DEFAULT_4XX: { responseParameters: header("'4xx'") },
        DEFAULT_5XX: { responseParameters: header("'5xx'") },
      };
      const denied = await answerTo({ responses });
      expect(denied.status).to.equal(403);
      expect(denied.headers.get('x-type')).to.equal('4xx');
      expect(denied.headers.get('x-amzn-errortype')).to.equal('AccessDeniedException');
      expect(denied.body).to.include('with an explicit deny');
      const missing = await answerTo({ responses, routes: ['GET /users'] });
      expect(missing.headers.get('x-type')).to.equal('4xx');
      expect(missing.body).to.include('Missing Authentication Token');
      const failed = await answerTo({ responses, authorizer: failing });
      expect(failed.headers.get('x-type')).to.equal('5xx');
    });

    it('prints the variables of a template, and nothing for one that is not set', async () => {
      const template =
        '{"message":$context.error.messageString,"text":"$context.error.message","id":"$context.requestId","none":"$context.authorizer.none$context.stage"}';
      const responses = { ACCESS_DENIED: { responseTemplates: { 'application/json': template } } };
      const { id, ...others } = JSON.parse((await answerTo({ responses })).body);
      expect(id).to.match(/^[\da-f-]{36}$/);
      const message = 'User is not authorized to access this resource with an explicit deny';
      expect(others).to.deep.equal({ message, text: message, none: '' });
    });

    it('refuses headers that are not static, and other kinds of API', async () => {
      const refusal = (options: Partial<LocalGatewayOptions>) =>
        answerTo(options).then(
          () => null,
          (error: unknown) => error,
        );
      const mapped = { ACCESS_DENIED: { responseParameters: header('method.request.header.Origin') } };
      expect(await refusal({ responses: mapped })).to.be.instanceOf(TypeError);
      const other = { ACCESS_DENIED: { responseParameters: { 'gatewayresponse.path.a': "'a'" } } };
      expect(await refusal({ responses: other })).to.be.instanceOf(TypeError);
      for (const statusCode of ['99', '600', 'x', '']) {
        expect(await refusal({ responses: { ACCESS_DENIED: { statusCode } } }), statusCode)
          .to.be.instanceOf(TypeError)
          .and.have.property('message')
          .that.matches(/^responses\.ACCESS_DENIED\.statusCode: must be from '200' to '599'/);
      }
      for (const responseParameters of [header("'a\nb'"), { 'gatewayresponse.header.a b': "'c'" }]) {
        expect(await refusal({ responses: { ACCESS_DENIED: { responseParameters } } })).to.be.instanceOf(
          TypeError,
        );
      }
      expect(await refusal({ kind: 'http-api-2.0', responses: { ACCESS_DENIED: {} } })).to.be.instanceOf(
        TypeError,
      );
    });
  });

  describe('with a route without an authorizer', () => {
    const echo = async (event: unknown) => ({
      statusCode: 418,
      headers: { 'X-Own': 'yes' },
      body: JSON.stringify(event),
    });

    it('invokes the function with a proxy event of a REST API', async () => {
      const open = { 'GET /health/{part}': echo };
      const { status, headers, body } = await answerTo({ open }, { path: '/health/db?full=1' });
      expect(status).to.equal(418);
      expect(headers.get('x-own')).to.equal('yes');
      expect(JSON.parse(body)).to.deep.include({
        httpMethod: 'GET',
        path: '/health/db',
        resource: '/health/{part}',
        pathParameters: { part: 'db' },
        queryStringParameters: { full: '1' },
      });
    });

    it('invokes the function with payload format 2.0', async () => {
      const { body } = await answerTo(
        { kind: 'http-api-2.0', open: { 'GET /health': echo } },
        { path: '/health' },
      );
      const event = JSON.parse(body);
      expect(event).to.include({ version: '2.0', routeKey: 'GET /health', rawPath: '/health' });
      expect(event.requestContext.http).to.deep.equal({ method: 'GET', path: '/health' });
    });

    it('leaves other routes to the authorizer', async () => {
      expect(await answerTo({ open: { 'GET /health': echo } })).to.include({ status: 403 });
    });

    it('fails if the function throws, or returns no answer for a proxy', async () => {
      const throws = async () => {
        throw new Error('broken');
      };
      const at = { path: '/health' };
      expect(await answerTo({ open: { 'GET /health': throws } }, at)).to.include({ status: 502 });
      expect(await answerTo({ open: { 'GET /health': async () => null } }, at)).to.include({ status: 502 });
      const open = { 'GET /health': async () => ({ statusCode: 200, body: {} }) };
      expect(await answerTo({ kind: 'http-api-1.0', open }, at)).to.include({ status: 500 });
    });

    it('answers its own 5xx and says what is wrong with the response of a function', async () => {
      const wrong: readonly [unknown, RegExp][] = [
        [{ statusCode: 42 }, /`statusCode` must be a whole number from 200 to 599, not 42$/],
        [{ statusCode: 1000 }, /not 1000$/],
        [{ statusCode: 101 }, /not 101$/],
        [{ statusCode: 200.5 }, /not 200\.5$/],
        [{ statusCode: '200' }, /not '200'$/],
        [null, /`statusCode` .* not undefined$/],
        ['text', /`statusCode` .* not undefined$/],
        [{ statusCode: 200, body: { a: 1 } }, /`body` must be text, not an object: use JSON\.stringify$/],
        [{ statusCode: 200, body: 7 }, /`body` must be text, not 7/],
        [{ statusCode: 200, headers: 'a: b' }, /`headers` must be an object, not 'a: b'$/],
        [{ statusCode: 200, headers: { a: ['b'] } }, /the header a must be text, .* not an array$/],
        [{ statusCode: 200, headers: { a: null } }, /the header a must be text, .* not null$/],
        [{ statusCode: 200, headers: { a: 'b\r\nSet-Cookie: c=d' } }, /Invalid character in header content/],
        [{ statusCode: 200, headers: { 'a b': 'c' } }, /Header name must be a valid HTTP token/],
      ];
      for (const kind of ['rest-request', 'http-api-2.0'] as const) {
        for (const [response, message] of wrong) {
          const errors: (string | null)[] = [];
          const { status, headers } = await answerTo(
            {
              kind,
              open: { 'GET /health': async () => response },
              onExchange: ({ error }) => errors.push(error),
            },
            { path: '/health' },
          );
          expect(status).to.equal(kind === 'rest-request' ? 502 : 500);
          expect(headers.get('set-cookie')).to.equal(null);
          expect(errors[0])
            .to.match(message)
            .and.match(/^the function of GET \/health: /);
        }
      }
    });

    it('tells onExchange what a function threw, and nothing if it answered', async () => {
      const errors: (string | null)[] = [];
      const throws = async () => {
        throw new Error('broken');
      };
      for (const lambda of [throws, echo]) {
        const onExchange = ({ error }: { error: string | null }) => errors.push(error);
        await answerTo({ open: { 'GET /health': lambda }, onExchange }, { path: '/health' });
      }
      expect(errors).to.deep.equal(['the function of GET /health: broken', null]);
    });

    it('sends headers once, in any case, and leaves those to the gateway that it writes itself', async () => {
      const sent = {
        'Content-Type': 'text/plain',
        'Content-Length': '1',
        Connection: 'close',
        'X-N': 7,
        'X-Y': true,
      };
      const open = { 'GET /health': async () => ({ statusCode: 200, headers: sent, body: 'hello' }) };
      const { headers, body } = await answerTo({ open }, { path: '/health' });
      expect(body).to.equal('hello');
      expect(headers.get('content-type')).to.equal('text/plain');
      expect([headers.get('x-n'), headers.get('x-y')]).to.deep.equal(['7', 'true']);
    });

    it('sends an empty body if the function returns none', async () => {
      const open = { 'GET /health': async () => ({ statusCode: 204 }) };
      expect(await answerTo({ open }, { path: '/health' })).to.include({ status: 204, body: '' });
    });
  });
});
