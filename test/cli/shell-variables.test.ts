import { expect } from 'chai';
import { byVariable } from '../../lib/cli/dev/shell-variables.ts';
import { personasFor } from '../../lib/personas/personas.ts';

describe('the shell variables of dev', () => {
  it('are of the first ten routes, and of all callers that the user names', () => {
    const keys = Array.from({ length: 12 }, (_, index) => `GET /r${index}`);
    const routes = Object.fromEntries(keys.map((key) => [key, {}]));
    const names = [...byVariable(personasFor({ routes }, { mine: { scope: 'a' } })).keys()];
    expect(names).to.include.members(['EVERYTHING', 'GET_R9', 'MINE']).and.not.include('GET_R10');
  });
});
