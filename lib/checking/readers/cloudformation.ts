import type { DeployedApi, OpenQuestion } from '../deployed-api.ts';
import { Cursor } from '../documents/cursor.ts';
import { readAppSync } from './cfn-appsync.ts';
import { readHttpApis } from './cfn-http-api.ts';
import { resourcesOf } from './cfn-resource.ts';
import { readRestApis } from './cfn-rest-api.ts';
import type { DocumentFormat } from './format.ts';
import { generatedParts } from './generated-parts.ts';
import { resolveIntrinsics } from './intrinsics.ts';
import { readSamApis } from './sam.ts';

/** A template of CloudFormation, SAM or the CDK. */
export const cloudFormationFormat: DocumentFormat = {
  name: 'a CloudFormation template',
  option: '--template',
  isOne: (root) => !root.get('Resources').isMissing || !root.get('AWSTemplateFormatVersion').isMissing,
  read: (document, parameters) =>
    readTemplate(Cursor.at({ ...document, root: resolveIntrinsics(document, parameters) })),
};

/** The APIs of a template whose intrinsic functions are resolved. */
export function readTemplate(root: Cursor): readonly DeployedApi[] {
  const resources = resourcesOf(root);
  const apis = [
    ...readRestApis(resources),
    ...readHttpApis(resources),
    ...readSamApis(resources, root.get('Globals')),
    ...readAppSync(resources),
  ];
  const open = generatedParts(root.get('Resources'));
  return open.length === 0 ? apis : apis.map((api) => withOpen(api, open));
}

function withOpen(api: DeployedApi, open: readonly OpenQuestion[]): DeployedApi {
  const all = [...api.open, ...open];
  return 'routes' in api ? { ...api, open: all, isWhole: false } : { ...api, open: all };
}
