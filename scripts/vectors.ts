/**
 * node scripts/vectors.ts --wycheproof DIRECTORY --cookbook DIRECTORY
 *
 * Writes the test vectors of test/vectors/ from clones of C2SP/wycheproof and ietf-jose/cookbook, at the commits below.
 * Keeps only the fields that the tests read. The tests need no clone.
 */
import { execFileSync } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import type {
  CookbookExample,
  JoseSet,
  JoseVector,
  SignatureGroup,
  SignatureSet,
} from '../test/vectors/read-vectors.ts';

const WYCHEPROOF_COMMIT = 'dac1dd4729fd1f8dd9e1e9f3dce51d783da6c166';
const COOKBOOK_COMMIT = '13692b68bfc18b99557a5b1ed311fd5077bfff04';

const RSA_SIZES = [2048, 3072, 4096];
const HASHES = ['sha256', 'sha384', 'sha512'];

/** The files of each data file. 8192 bits once: the signatures are as long as the keys. */
const SIGNATURE_FILES = {
  'rsa-pkcs1': [
    ...RSA_SIZES.flatMap((size) => HASHES.map((hash) => `rsa_signature_${size}_${hash}`)),
    'rsa_signature_8192_sha256',
    ...RSA_SIZES.map((size) => `rsa_pkcs1_${size}_sig_gen`),
  ],
  'rsa-pss': [
    ...['2048_sha256_mgf1_32', '2048_sha384_mgf1_48', '3072_sha256_mgf1_32', '4096_sha256_mgf1_32'],
    ...['4096_sha384_mgf1_48', '4096_sha512_mgf1_64', '2048_sha256_mgf1_0', '2048_sha256_mgf1sha1_20'],
    ...['4096_sha512_mgf1_32', 'misc'],
  ].map((name) => `rsa_pss_${name}`),
  ecdsa: ['ecdsa_secp256r1_sha256_p1363', 'ecdsa_secp256r1_sha512_p1363'],
} as const;

const JOSE_FILES = ['json_web_signature', 'json_web_key', 'json_web_crypto', 'json_web_encryption'];

/** A file of Wycheproof, as far as it is read. */
interface WycheproofFile {
  readonly testGroups: readonly WycheproofGroup[];
}

interface WycheproofGroup {
  readonly type: string;
  readonly sha: string;
  readonly mgfSha?: string;
  readonly sLen?: number;
  readonly publicKey?: WycheproofKey;
  readonly privateKey?: WycheproofKey;
  readonly privateKeyJwk?: Record<string, string>;
  readonly comment: string;
  readonly private: Record<string, unknown>;
  readonly public?: Record<string, unknown>;
  readonly tests: readonly {
    readonly tcId: number;
    readonly comment: string;
    readonly result: SignatureGroup['tests'][number]['says'];
    readonly msg: string;
    readonly sig: string;
    readonly jws?: unknown;
    readonly jwe?: unknown;
    readonly pt?: string;
  }[];
}

interface WycheproofKey {
  readonly modulus: string;
  readonly publicExponent: string;
  readonly wx: string;
  readonly wy: string;
}

const base64url = (hex: string) => Buffer.from(hex, 'hex').toString('base64url');
/** Without leading zeros, as in a JWK. */
const integer = (hex: string) => base64url(hex.replace(/^(?:00)+/, ''));
/** 32 bytes. */
const coordinate = (hex: string) => base64url(hex.replace(/^0+/, '').padStart(64, '0'));

function publicJwk({ publicKey, privateKey }: WycheproofGroup): SignatureGroup['jwk'] {
  const key = (publicKey ?? privateKey) as WycheproofKey;
  if (key.modulus === undefined) {
    return { kty: 'EC', crv: 'P-256', x: coordinate(key.wx), y: coordinate(key.wy) };
  }
  return { kty: 'RSA', n: integer(key.modulus), e: integer(key.publicExponent) };
}

function privateJwk({ privateKeyJwk }: WycheproofGroup): Record<string, string> | undefined {
  if (privateKeyJwk === undefined) return undefined;
  const { kty, n, e, d, p, q, dp, dq, qi } = privateKeyJwk;
  return { kty, n, e, d, p, q, dp, dq, qi } as Record<string, string>;
}

/** The JWS algorithm with the parameters of the group (RFC 7518, sections 3.3 to 3.5); `null` if none has them. */
function algorithmOf({ type, sha, mgfSha, sLen, publicKey }: WycheproofGroup): SignatureGroup['algorithm'] {
  const bits = /^SHA-(256|384|512)$/.exec(sha)?.[1];
  if (bits === undefined) return null;
  if (publicKey?.wx !== undefined) return bits === '256' ? 'ES256' : null;
  if (!type.startsWith('RsassaPss')) return `RS${bits}` as SignatureGroup['algorithm'];
  return mgfSha === sha && sLen === Number(bits) / 8 ? (`PS${bits}` as SignatureGroup['algorithm']) : null;
}

function signatureSet(name: string, { testGroups }: WycheproofFile): SignatureSet {
  const groups = testGroups.map((group): SignatureGroup => {
    const own = privateJwk(group);
    return {
      algorithm: algorithmOf(group),
      jwk: publicJwk(group),
      ...(own === undefined ? {} : { privateJwk: own }),
      tests: group.tests.map(({ tcId, comment, result, msg, sig }) => ({
        ...{ id: tcId, comment, says: result },
        ...{ message: base64url(msg), signature: base64url(sig) },
      })),
    };
  });
  return { name, groups };
}

function joseSet(name: string, { testGroups }: WycheproofFile): JoseSet {
  const groups = testGroups.map(({ comment, tests, ...group }) => ({
    comment,
    privateJwk: group.private,
    ...(group.public === undefined ? {} : { publicJwk: group.public }),
    tests: tests.map(({ tcId, comment, result, jws, jwe, pt }): JoseVector => {
      const token = jws ?? jwe;
      const text = typeof token === 'string' ? token : JSON.stringify(token);
      const kind = jws === undefined ? ('jwe' as const) : ('jws' as const);
      return { id: tcId, comment, says: result, kind, token: text, ...(pt === undefined ? {} : { pt }) };
    }),
  }));
  return { name, groups };
}

interface CookbookFile {
  readonly title: string;
  readonly input: {
    readonly payload?: string;
    readonly plaintext?: string;
    readonly key?: unknown;
    readonly pwd?: string;
  };
  readonly output: Readonly<Record<string, unknown>>;
}

function cookbookExample(file: string, { title, input, output }: CookbookFile): CookbookExample {
  const section = `${/(\d+_\d+)/.exec(file)?.[1]?.replace('_', '.')}`;
  const content = input.payload ?? input.plaintext;
  const compact = output['compact'];
  return {
    section,
    title,
    kind: file.startsWith('jws') ? 'jws' : 'jwe',
    key: [input.key].flat()[0] ?? null,
    content: typeof content === 'string' ? content : JSON.stringify(content),
    token: typeof compact === 'string' ? compact : JSON.stringify(output['json'] ?? output['json_flat']),
  };
}

/** Reads a file of a clone, whatever is checked out. */
function reader(clone: string, commit: string) {
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', clone, ...args], { encoding: 'utf8', maxBuffer: 1e8 });
  return {
    read: <File>(name: string) => JSON.parse(git('show', `${commit}:${name}`)) as File,
    list: (folder: string) => git('ls-tree', '--name-only', commit, `${folder}/`).split('\n').filter(Boolean),
  };
}

function write(name: string, content: unknown): void {
  const file = path.join(import.meta.dirname, '../test/vectors', `${name}.json.gz`);
  writeFileSync(file, gzipSync(JSON.stringify(content), { level: 9 }));
  console.log(`${name}: ${statSync(file).size} bytes`);
}

const { values } = parseArgs({
  options: { wycheproof: { type: 'string' }, cookbook: { type: 'string' } },
});
if (values.wycheproof === undefined || values.cookbook === undefined) {
  throw new Error('name both clones: --wycheproof DIRECTORY --cookbook DIRECTORY');
}

const wycheproof = reader(values.wycheproof, WYCHEPROOF_COMMIT);
const wycheproofFile = (name: string) => wycheproof.read<WycheproofFile>(`testvectors_v1/${name}_test.json`);
for (const [name, files] of Object.entries(SIGNATURE_FILES)) {
  write(
    `wycheproof/${name}`,
    files.map((file) => signatureSet(file, wycheproofFile(file))),
  );
}
write(
  'wycheproof/jose',
  JOSE_FILES.map((file) => joseSet(file, wycheproofFile(file))),
);

const cookbook = reader(values.cookbook, COOKBOOK_COMMIT);
const examples = ['jws', 'jwe'].flatMap((folder) => cookbook.list(folder));
write(
  'rfc7520/examples',
  examples.map((file) => cookbookExample(file, cookbook.read<CookbookFile>(file))),
);
