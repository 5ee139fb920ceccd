import { restRequestEvent } from '../lib/testing.ts';

/** The parts of an event that differ from request to request. */
export interface Variation {
  readonly token: string;
  readonly path?: string;
  readonly sourceIp?: string;
}

/** Headers of a browser's request as a REST API gets them. */
export const HEADERS = {
  Accept: 'application/json, text/plain, */*',
  'Accept-Encoding': 'gzip, deflate, br, zstd',
  'Accept-Language': 'de-DE,de;q=0.9,en;q=0.8',
  'CloudFront-Forwarded-Proto': 'https',
  'CloudFront-Is-Desktop-Viewer': 'true',
  'CloudFront-Is-Mobile-Viewer': 'false',
  'CloudFront-Viewer-ASN': '3320',
  'CloudFront-Viewer-Country': 'DE',
  Origin: 'https://app.example.com',
  Referer: 'https://app.example.com/',
  'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  Via: '2.0 edge.cloudfront.net (CloudFront)',
  'X-Amz-Cf-Id': 'x7Zz4-Wd6n8Qm2yJ5tLk0pRr3sVv1uXwYyZzAaBbCcDdEeFfGgHhIg==',
  'X-Amzn-Trace-Id': 'Root=1-6921a2b3-0123456789abcdef01234567',
  'X-Forwarded-For': '203.0.113.7, 130.176.1.2',
  'X-Forwarded-Port': '443',
  'X-Forwarded-Proto': 'https',
};

const TOKEN = '@TOKEN@';
const PATH = '/@PATH@';
/** The event builder demands an address. This one is in no header. */
const SOURCE_IP = '192.0.2.255';

const TEMPLATE = JSON.stringify(
  restRequestEvent({
    token: TOKEN,
    path: PATH,
    resource: '/{proxy+}',
    sourceIp: SOURCE_IP,
    headers: HEADERS,
  }),
);

/** The JSON text of a `REQUEST` event, as Lambda passes it to the runtime. */
export function eventText({ token, path = '/orders', sourceIp = '203.0.113.7' }: Variation): string {
  return TEMPLATE.replaceAll(TOKEN, token).replaceAll(PATH, path).replaceAll(SOURCE_IP, sourceIp);
}
