import { expect } from 'chai';
import { FAULTS, type FaultCode, REFUSALS, type RefusalCode } from '../../lib/decision/codes.ts';
import { explainLog } from '../../lib/explaining/log/explained-log.ts';
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
      const isRefusal = Object.hasOwn(REFUSALS, code);
      const line = isRefusal ? { decision: 'deny', refusal: code } : { decision: 'fault', fault: code };
      const [problem] = explainLog(JSON.stringify(line)).problems;
      const facts = isRefusal
        ? REFUSALS[code as RefusalCode]
        : { status: 500, advice: FAULTS[code as FaultCode] };
      expect(problem).to.deep.include({ ...facts, code, remedies, count: 1 });
    });
  }
});
