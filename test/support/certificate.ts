import { objectId, pemOf, selfSigned, sequence, value } from '../../lib/testing/der.ts';

const DAY = 86_400_000;
const octets = (content: Buffer) => value(0x04, content);
const utcTime = (time: number) => `${new Date(time).toISOString().replaceAll(/[-:T]/g, '').slice(2, 14)}Z`;

/** A self-signed certificate of `localhost`, valid for a day. */
export function selfSignedCertificate(): { readonly key: string; readonly cert: string } {
  const isAuthority = sequence(value(0x01, Buffer.from([0xff])));
  const subjectAltName = sequence(
    value(0x82, Buffer.from('localhost')),
    value(0x87, Buffer.from([127, 0, 0, 1])),
  );
  const { der, privateKey } = selfSigned({
    commonName: 'localhost',
    validity: [utcTime(Date.now() - DAY), utcTime(Date.now() + DAY)],
    extensions: [
      sequence(objectId('551d11'), octets(subjectAltName)),
      sequence(objectId('551d13'), value(0x01, Buffer.from([0xff])), octets(isAuthority)),
    ],
  });
  return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), cert: pemOf(der) };
}
