import { Differential } from '../../support/differential.ts';
import { type TokenRecipe, tokenRecipes } from '../../support/token-recipes.ts';
import type { FuzzTarget } from '../target.ts';

const differential = Differential.create();

export const tokens: FuzzTarget<TokenRecipe> = {
  name: 'tokens',
  claim: 'accepts no token that jose refuses, and refuses others for reasons that are promised only',
  home: 'test/token/tampering.test.ts',
  inputs: tokenRecipes,
  ciRuns: 3000,
  async check(recipe) {
    await (await differential).compare(recipe);
  },
};
