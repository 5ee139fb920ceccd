import type { ExecuteApiArn } from '../iam/arn.ts';
import { createRouteTree } from '../routes/route-tree.ts';
import type { AccessTokenClaims } from '../token/verified-token.ts';
import { BoundedMap } from '../util/bounded-map.ts';
import type { CompiledPolicy, CoveringPolicy } from './compiled-policy.ts';
import {
  createPolicyCompiler,
  type GrantedRoutes,
  NONE,
  type PolicyCompiler,
  type PolicyCompilerOptions,
} from './compiler.ts';
import {
  type DocumentTemplate,
  documentTemplate,
  type FilledText,
  filledDocument,
  isGeneric,
} from './own-document.ts';
import { isPlaceholder, type OwnText } from './own-text.ts';
import { type TwinTable, withTwins } from './twins.ts';

/** A compiled policy, in terms of the declared routes. */
interface Template {
  readonly id: number;
  readonly policy: CoveringPolicy;
  /** `null` if the document is the same for all callers. */
  readonly document: DocumentTemplate | null;
}

/** Documents of callers that are kept, of all grants together. 7 KB each at most. */
const MAX_FILLED = 256;

/**
 * The compiler of a table whose bindings tie parameters to texts of the caller; without bindings, the plain compiler. It
 * compiles one document for each grant, with placeholders for the texts, and writes each caller's texts into it. A caller
 * whose texts are not like their placeholders gets no document.
 */
export function createCallerCompiler(options: PolicyCompilerOptions): PolicyCompiler {
  const twins = withTwins(options);
  if (twins === null) return createPolicyCompiler(options);
  const tree = createRouteTree(twins.table.routes);
  const inner = createPolicyCompiler({ ...options, ...twins.table, tree });
  const literals = [...tree.literals].filter((literal) => !isPlaceholder(literal));
  const owns = [...twins.placeholders.keys()];
  const twinGrants = grantsReader(twins);
  const templateOf = templates(twins);
  const filled = new BoundedMap<CompiledPolicy>(MAX_FILLED);
  return {
    analysis: inner.analysis,
    compile(granted, arn, { routing, asked, claims = null }) {
      const compiled = inner.compile(twinGrants(granted), arn, { routing, asked: askedOf(twins, asked) });
      if (compiled.kind === 'none') return compiled;
      const { id, policy, document } = templateOf(compiled);
      if (document === null) return policy;
      return filled.getOrMake(`${id}${keyOf(owns, claims)}`, () => {
        const texts = textsOf(twins, claims);
        return isGeneric(document, texts, literals)
          ? { ...policy, ...filledDocument(document, texts) }
          : NONE;
      });
    },
    verdictOn(policy, granted, arn, routing, claims = null) {
      const ofTable = twinArn(arn, textsOf(twins, claims), tree.literals);
      return inner.verdictOn(policy, twinGrants(granted), ofTable, routing);
    },
  };
}

/** The routes of the table that are granted with those that were asked for. Mostly one was asked for. */
function askedOf({ granted }: TwinTable, asked: readonly number[]): readonly number[] {
  const twinsOf = (route: number) => granted[route] as readonly number[];
  return asked.length === 1 ? twinsOf(asked[0] as number) : asked.flatMap(twinsOf);
}

/** The caller's texts, as a name for them. Plain texts contain no space. */
function keyOf(owns: readonly OwnText[], claims: AccessTokenClaims | null): string {
  let key = '';
  if (claims !== null) for (const own of owns) key += ` ${own.of(claims) ?? ''}`;
  return key;
}

function textsOf({ placeholders }: TwinTable, claims: AccessTokenClaims | null): readonly FilledText[] {
  return Array.from(placeholders, ([own, placeholder]) => ({
    placeholder,
    text: (claims === null ? undefined : own.of(claims)) ?? null,
  }));
}

/** The ARN with a path of the table: placeholders in place of the caller's texts, except literals. Its text stays. */
function twinArn(
  arn: ExecuteApiArn,
  texts: readonly FilledText[],
  literals: ReadonlySet<string>,
): ExecuteApiArn {
  const twinOf = (segment: string) => {
    const own = literals.has(segment) ? undefined : texts.find(({ text }) => text === segment);
    return own?.placeholder ?? segment;
  };
  return { ...arn, path: arn.path?.split('/').map(twinOf).join('/') ?? null };
}

/** Reads what is granted of the table: the same object for the same grant. */
function grantsReader({ declared, granted: withRoute }: TwinTable) {
  const known = new WeakMap<GrantedRoutes, GrantedRoutes>();
  return (granted: GrantedRoutes): GrantedRoutes => {
    const before = known.get(granted);
    if (before !== undefined) return before;
    const routes = new Uint8Array(declared.length);
    for (const [route, twins] of withRoute.entries()) {
      for (const twin of twins) routes[twin] = granted.routes[route] ? 1 : 0;
    }
    const made = { routes, undeclared: granted.undeclared };
    known.set(granted, made);
    return made;
  };
}

/** Translates compiled policies to the declared routes, each once. */
function templates({ declared, granted }: TwinTable): (policy: CoveringPolicy) => Template {
  const known = new WeakMap<CoveringPolicy, Template>();
  let count = 0;
  const declaredOf = (routes: readonly number[]) => [
    ...new Set(routes.map((route) => declared[route] as number)),
  ];
  const translated = (policy: CoveringPolicy): CoveringPolicy => {
    const { obstacle } = policy;
    return {
      ...policy,
      leftOut: declaredOf(policy.leftOut),
      reserved: declaredOf(policy.reserved),
      allowsAllOf: (route) => (granted[route] as readonly number[]).every(policy.allowsAllOf),
      obstacle: obstacle && {
        opens: declared[obstacle.opens] as number,
        denied: obstacle.denied === null ? null : (declared[obstacle.denied] as number),
        shuts: declared[obstacle.shuts] as number,
      },
    };
  };
  return (policy) => {
    const before = known.get(policy);
    if (before !== undefined) return before;
    const document = documentTemplate(policy.document);
    const made = { id: count++, policy: translated(policy), document };
    known.set(policy, made);
    return made;
  };
}
