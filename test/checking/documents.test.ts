import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { check } from '../../lib/checking/check.ts';
import { Cursor } from '../../lib/checking/documents/cursor.ts';
import { jsonDocument } from '../../lib/checking/documents/json.ts';
import { readDocuments } from '../../lib/checking/documents/read-document.ts';
import { yamlDocument } from '../../lib/checking/documents/yaml.ts';
import { OptionError } from '../../lib/index.ts';
import { checked, codes, found, ORDERS } from './support/documents.ts';

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: Error) => error.message,
  );

/** What `check` gets besides documents. */
const INPUT = {
  file: 'o',
  options: ORDERS,
  environment: {},
  assumptions: { authorizer: null, open: new Set<string>() },
};

describe('reading a JSON document', () => {
  const TEXT = `{
  "a": { "b": [1, { "c": "x\\n" },
    [true]], "d": {} },
  "": null
}`;

  it('knows the line of each value', () => {
    const { lineOf } = jsonDocument('a.json', TEXT);
    const lines = [
      ['a'],
      ['a', 'b'],
      ['a', 'b', 0],
      ['a', 'b', 1, 'c'],
      ['a', 'b', 2, 0],
      ['a', 'd'],
      [''],
    ].map(lineOf);
    expect(lines).to.deep.equal([2, 2, 2, 2, 3, 3, 4]);
  });

  it('has the line of the nearest value around one that is missing', () => {
    const { lineOf } = jsonDocument('a.json', TEXT);
    expect(lineOf(['a', 'd', 'e', 'f'])).to.equal(3);
    expect(lineOf(['z'])).to.equal(1);
    const deep = `${'{"a":'.repeat(30)}1${'}'.repeat(30)}`;
    expect(jsonDocument('a.json', `\n${deep}`).lineOf(Array.from({ length: 30 }, () => 'a'))).to.equal(2);
  });

  it('refuses text that is not JSON', () => {
    expect(() => jsonDocument('a.json', '{')).to.throw(/^a\.json is not JSON: /);
  });
});

describe('reading a YAML document', () => {
  const rootOf = async (text: string) => (await yamlDocument('a.yaml', text)).root;

  it('reads the short forms of CloudFormation, also one in another', async () => {
    expect(
      await rootOf(
        'a: !Ref B\nb: !GetAtt B.Arn\nc: !Join ["", [!Ref B, !Sub "${C}"]]\nd: !Sub ["${x}", { x: !Ref B }]',
      ),
    ).to.deep.equal({
      a: { Ref: 'B' },
      b: { 'Fn::GetAtt': 'B.Arn' },
      c: { 'Fn::Join': ['', [{ Ref: 'B' }, { 'Fn::Sub': '${C}' }]] },
      d: { 'Fn::Sub': ['${x}', { x: { Ref: 'B' } }] },
    });
    expect(await rootOf('a: !Transform { Name: AWS::Include }')).to.deep.equal({
      a: { 'Fn::Transform': { Name: 'AWS::Include' } },
    });
  });

  it('knows the line of each value, and reads merged maps', async () => {
    const { root, lineOf } = await yamlDocument(
      'a.yaml',
      'x: &x\n  ttl: 300\ny:\n  <<: *x\n  z: [1,\n    2]\n',
    );
    expect(root).to.deep.include({ y: { ttl: 300, z: [1, 2] } });
    expect([['x'], ['x', 'ttl'], ['y', 'ttl'], ['y', 'z', 1], ['q']].map(lineOf)).to.deep.equal([
      2, 2, 4, 6, 1,
    ]);
  });

  it('refuses text that is not YAML, with the line', async () => {
    expect(await failure(yamlDocument('a.yaml', 'a: [1\nb: 2'))).to.match(/^a\.yaml:2 is not YAML: /);
    expect(await failure(yamlDocument('a.yaml', `a: ${'['.repeat(2000)}`))).to.match(
      /^a\.yaml(?::\d+)? (?:is not YAML|cannot be read)/,
    );
  });

  it('says how to install the parser', async () => {
    const none = () => Promise.reject(new Error('Cannot find package'));
    expect(await failure(yamlDocument('a.yaml', 'a: 1', none))).to.equal(
      'a.yaml is YAML, and the package yaml cannot be imported: npm install --save-dev yaml',
    );
  });

  it('bounds aliases', async () => {
    const laughs = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefgh'.split('').map((name, at) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[at]}`)}]`),
    ];
    expect(await failure(yamlDocument('a.yaml', laughs.join('\n')))).to.match(
      /^a\.yaml cannot be read: Excessive alias count/,
    );
  });
});

describe('reading documents from disk', () => {
  let folder: string;
  const write = (name: string, text: string) => {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
    return file;
  };
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'check-documents-'));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  it('reads JSON by its text, and the templates of a folder', async () => {
    const file = write('template', '{ "Resources": {} }');
    expect((await readDocuments(file)).map(({ root }) => root)).to.deep.equal([{ Resources: {} }]);
    const flow = write('flow.yaml', '{ Resources: {} }');
    expect((await readDocuments(flow)).map(({ root }) => root)).to.deep.equal([{ Resources: {} }]);
    for (const name of ['b.template.json', 'a.template.json', 'manifest.json'])
      write(`cdk.out/${name}`, '{}');
    const documents = await readDocuments(path.join(folder, 'cdk.out'));
    expect(documents.map((document) => path.basename(document.file))).to.deep.equal([
      'a.template.json',
      'b.template.json',
    ]);
  });

  it('refuses what it cannot read', async () => {
    expect(await failure(readDocuments(path.join(folder, 'none.yaml')))).to.match(
      /none\.yaml cannot be read \(ENOENT\)$/,
    );
    expect(await failure(readDocuments(folder))).to.match(
      /contains no \*\.template\.json: name the output folder/,
    );
    for (let count = 0; count <= 100; count += 1) write(`${count}.template.json`, '{}');
    expect(await failure(readDocuments(folder))).to.match(/contains 101 templates, more than 100/);
    const large = write('large.yaml', '');
    fs.truncateSync(large, 16_000_001);
    expect(await failure(readDocuments(large))).to.match(
      /large\.yaml has 16000001 bytes, more than 16000000$/,
    );
    fs.truncateSync(large, 64_000_001);
    expect(await failure(readDocuments(large))).to.match(/more than 64000000$/);
    fs.mkdirSync(path.join(folder, 'cdk.out/a.template.json'), { recursive: true });
    expect(await failure(readDocuments(path.join(folder, 'cdk.out')))).to.match(/cannot be read \(EISDIR\)$/);
  });

  it('reads JSON files that a document names, in its folder only', async () => {
    write('secret.json', '{ "ttl": 1 }');
    write('app/build/api.json', '{ "ttl": 300 }');
    write('app/bad.json', '{');
    const file = write(
      'app/serverless.yml',
      'a: ${file(build/api.json):ttl}\nb: ${file(../secret.json):ttl}\nc: ${file(none.json):ttl}\nd: ${file(bad.json):ttl}',
    );
    const [document] = await readDocuments(file);
    expect([...(document?.related ?? [])]).to.deep.equal([['build/api.json', { ttl: 300 }]]);
  });
});

describe('documents that nobody should trust', () => {
  it('have members named like those of Object.prototype as members', () => {
    const root = JSON.parse(
      '{ "__proto__": { "Resources": 1 }, "Resources": { "constructor": { "Type": "x" } } }',
    );
    const cursor = Cursor.at({ file: 'a', root, related: new Map(), lineOf: () => null });
    expect(cursor.get('Resources', 'toString').isMissing).to.equal(true);
    expect(cursor.get('__proto__', 'Resources').value).to.equal(1);
    expect(found(root)).to.deep.equal(['error no_api ']);
    expect(({} as Record<string, unknown>)['Resources']).to.equal(undefined);
  });

  it('are refused if they are nested too deeply', () => {
    const deep = JSON.parse(`{"Resources":${'['.repeat(5000)}${']'.repeat(5000)}}`);
    const document = { file: 'a.json', root: deep, related: new Map(), lineOf: () => null };
    expect(() => check({ ...INPUT, documents: [{ option: '--template', document }] })).to.throw(
      'a.json is nested more than 100 levels deep',
    );
  });

  for (const value of [
    null,
    7,
    'text',
    [],
    [[]],
    {},
    { Type: 7 },
    { Type: 'AWS::ApiGateway::RestApi', Properties: [] },
  ]) {
    it(`are read without a crash: ${JSON.stringify(value)} as a resource`, () => {
      expect(() => found({ Resources: { Api: value } })).not.to.throw();
      expect(() => found({ AWSTemplateFormatVersion: '2010-09-09', Resources: value })).not.to.throw();
      expect(() =>
        found({
          service: 'x',
          provider: value,
          functions: { a: { events: [value, { http: value }, { httpApi: value }, { websocket: value }] } },
        }),
      ).not.to.throw();
      expect(() =>
        found(
          {
            openapi: '3.0.0',
            paths: { '/a': value, '/b': { get: value } },
            components: { securitySchemes: { a: value } },
          },
          ORDERS,
          { option: '--openapi' },
        ),
      ).not.to.throw();
      expect(() =>
        found({ planned_values: { root_module: { resources: [value, { values: value }] } } }, ORDERS, {
          option: '--terraform-plan',
        }),
      ).not.to.throw();
    });
  }

  it('are refused if they have too many values', () => {
    const document = {
      file: 'a.json',
      root: { Resources: Array(4_000_000).fill(0) },
      related: new Map(),
      lineOf: () => null,
    };
    expect(() => check({ ...INPUT, documents: [{ option: '--template', document }] })).to.throw(
      'a.json has more than 4000000 values',
    );
  });

  it('are refused if they are of no known format, or belong to another argument', () => {
    expect(() => found({ hello: 1 })).to.throw(
      /^document\.json is not a document that can be checked: it must be an OpenAPI/,
    );
    expect(() => found({ openapi: '3.0.0' })).to.throw(
      'document.json is an OpenAPI document: name it with --openapi, not with --template',
    );
  });
});

describe('choosing what is compared', () => {
  const route = (ApiId: string, guard: object) => ({
    Type: 'AWS::ApiGatewayV2::Route',
    Properties: { ApiId: { Ref: ApiId }, RouteKey: 'GET /orders', ...guard },
  });
  const Api = { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'HTTP' } };
  const guard = { AuthorizationType: 'CUSTOM', AuthorizerId: 'abc' };
  const two = { Resources: { One: Api, Two: Api, R1: route('One', guard), R2: route('Two', {}) } };

  it('compares the APIs with a Lambda authorizer, or the one that is named', () => {
    const names = (given = {}) => checked(two, ORDERS, given).checked.map(({ name }) => name);
    expect(names()).to.deep.equal(['One']);
    expect(names({ resource: 'Two' })).to.deep.equal(['Two']);
    expect(() => names({ resource: 'Three' })).to.throw(
      OptionError,
      "--resource: the document has no API 'Three'; it has 'One', 'Two'",
    );
    expect(() => found({ Resources: {} }, ORDERS, { resource: 'A' })).to.throw('it has none');
  });

  it('compares the options of one of several APIs', () => {
    const options = {
      apis: { one: { routes: { 'GET /orders': {} } }, two: { routes: { 'GET /bills': {} } } },
    };
    expect(codes(two, options, { api: 'one' })).to.deep.equal(['undecided']);
    expect(codes(two, options, { api: 'two' })).to.include('missing_route');
    expect(() => codes(two, options)).to.throw(
      "--api: name the key of `apis` that the document deploys: 'one', 'two'",
    );
    expect(() => codes(two, ORDERS, { api: 'one' })).to.throw(
      '--api: has no meaning for options without `apis`: leave it out',
    );
  });

  it('reports options that make no sense, and no more', () => {
    const invalid = { routes: { 'GET orders': {} } };
    expect(found(two, invalid)).to.deep.equal(["error invalid_options routes['GET orders']"]);
    expect(() =>
      found(two, {
        get routes(): never {
          throw new TypeError('a bug');
        },
      }),
    ).to.throw(TypeError, 'a bug');
  });

  it('takes issuers and audiences from the environment as far as they are set', () => {
    const options = { ...ORDERS, rules: { audience: ['https://bills.example.com/'] } };
    const environment = { AUTH0_AUDIENCE: 'https://api.example.com/' };
    expect(codes(two, options, { environment })).to.deep.equal(['invalid_options']);
    expect(codes(two, options)).not.to.include('invalid_options');
  });
});
