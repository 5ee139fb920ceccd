import type { Claims, Persona } from '../../personas/personas.ts';

/** Most routes that get a caller of their own: a shell with more variables is no help. */
const MOST_ROUTES = 10;

/**
 * The claims of the personas by the name of a shell variable, of the first routes only. Names that give the same variable
 * are numbered, so that no caller is lost.
 */
export function byVariable(personas: readonly Persona[]): ReadonlyMap<string, Claims> {
  const variables = new Map<string, Claims>();
  const routes = personas.filter(({ kind }) => kind === 'route').slice(0, MOST_ROUTES);
  for (const persona of personas) {
    if (persona.kind === 'route' && !routes.includes(persona)) continue;
    const name = persona.kind === 'own' ? ownVariableOf(persona.name) : variableOf(persona.name);
    let variable = name;
    for (let count = 2; variables.has(variable); count += 1) variable = `${name}_${count}`;
    variables.set(variable, persona.claims);
  }
  return variables;
}

/** `GET /users/{id}` to `GET_USERS_ID`. */
function variableOf(name: string): string {
  return name
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_|_$/g, '')
    .toUpperCase();
}

/** A name that a shell accepts, and that replaces no variable of the environment such as `PATH`. */
function ownVariableOf(name: string): string {
  const variable = variableOf(name);
  return /^[A-Z]/.test(variable) && process.env[variable] === undefined ? variable : `CALLER_${variable}`;
}
