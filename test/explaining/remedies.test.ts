import { expect } from 'chai';
import { FAULTS, type FaultCode, REFUSALS, type RefusalCode } from '../../lib/decision/codes.ts';
import { remediesFor } from '../../lib/explaining/remedies.ts';

describe('remediesFor', () => {
  for (const code of [...Object.keys(REFUSALS), ...Object.keys(FAULTS)] as (RefusalCode | FaultCode)[]) {
    it(`says what to change about ${code}, and where`, () => {
      const remedies = remediesFor(code);
      expect(remedies).not.to.be.empty;
      for (const { where, change } of remedies) {
        expect(['client', 'auth0', 'options', 'code', 'set-up']).to.include(where);
        expect(change).to.match(/^[A-Z].*\.$/);
      }
    });
  }
});
