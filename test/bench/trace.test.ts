import { expect } from 'chai';
import { instrumented } from '../../bench/trace/instrument.ts';
import { Recorder } from '../../bench/trace/recorder.ts';

/** Runs instrumented code and returns its value and the files that reported a call and a return. */
function run(source: string): { value: unknown; reports: string[] } {
  const reports: string[] = [];
  const value = new Function('__traceEnter', '__traceExit', instrumented(source, 'a.ts'))(
    (file: string) => reports.push(`in ${file}`),
    () => reports.push('out'),
  );
  return { value, reports };
}

describe('the trace of a request', () => {
  it('reports calls and returns of every kind of function', () => {
    const sources = [
      'function f(a) { return a; } return f(7);',
      'const f = (a) => a; return f(7);',
      'const f = (a) => ({ a }); return f(7).a;',
      'return (function (a) { return a; })(7);',
      'return { get a() { return 7; } }.a;',
      'return { a() { return 7; } }.a();',
      'class A { constructor() { this.a = 7; } } return new A().a;',
    ];
    for (const source of sources) {
      expect(run(source), source).to.deep.equal({ value: 7, reports: ['in a.ts', 'out'] });
    }
    const nested = 'const f = (a) => (b) => a + b; return f(3)(4);';
    expect(run(nested)).to.deep.equal({ value: 7, reports: ['in a.ts', 'out', 'in a.ts', 'out'] });
  });

  it('reports the return of a function that throws', () => {
    const { reports } = run('const f = () => { throw new Error(); }; try { f(); } catch {}');
    expect(reports).to.deep.equal(['in a.ts', 'out']);
  });

  it('counts calls, functions, files, hops, returns and depth', async () => {
    const recorder = new Recorder();
    const call = (file: string, work: () => void = () => {}) => {
      recorder.enter(file, 0);
      work();
      recorder.exit();
    };
    const work = async () => {
      call('a', () => {
        call('b', () => call('b'));
        call('b');
      });
      call('c');
    };
    // a, b, b again, back to a, b, back to a, c.
    const expected = { calls: 5, functions: 3, files: 3, hops: 5, returns: 3, depth: 3 };
    expect(await recorder.record(work)).to.deep.equal(expected);
    expect(await recorder.record(work)).to.deep.equal(expected);
  });
});
