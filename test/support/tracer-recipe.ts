import fs from 'node:fs';
import type { MiddlewareObj } from '@middy/core';
import ts from 'typescript-api';
import { codeBlocks } from '../docs/markdown.ts';

const PAGE = 'docs/21-metrics-and-traces.md';

/** The recipe for Tracer as a module of JavaScript that can be imported, by its address. */
export function recipeUrl(): string {
  const blocks = codeBlocks(fs.readFileSync(PAGE, 'utf8'));
  const { code } = blocks.find((block) => block.code.includes('function withoutRefusals')) ?? { code: '' };
  const { ESNext: module } = ts.ModuleKind;
  const javaScript = ts.transpile(code, { module, target: ts.ScriptTarget.ESNext });
  return `data:text/javascript,${encodeURIComponent(javaScript)}`;
}

/** What the recipe for Tracer exports. */
export interface Recipe {
  withoutRefusals(traced: MiddlewareObj): MiddlewareObj;
}
