import type { DeployedApi } from '../deployed-api.ts';
import { Cursor } from '../documents/cursor.ts';
import { readAppSync } from './cfn-appsync.ts';
import { readHttpApis } from './cfn-http-api.ts';
import { resourcesOf } from './cfn-resource.ts';
import { readRestApis } from './cfn-rest-api.ts';
import type { DocumentFormat } from './format.ts';
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
  return [
    ...readRestApis(resources),
    ...readHttpApis(resources),
    ...readSamApis(resources, root.get('Globals')),
    ...readAppSync(resources),
  ];
}
