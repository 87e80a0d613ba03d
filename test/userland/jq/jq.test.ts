import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Pipe } from '../../../src/kernel/proc/pipe.ts';
import { JQ } from '../../../src/userland/jq/jq.ts';
import { TableKit } from '../../kernel/proc/table-kit.ts';
import { FILTERS } from './filters.ts';
import type { JqCase, JqResult } from './real-jq.ts';
import { compareJq, compareTogether, emulated, needJq } from './real-jq.ts';

const EFFORT = Number(process.env['DOCKWIRE_EFFORT'] ?? 1);

/** What bison expects beside is its own affair. */
function withoutExpectations(result: JqResult): JqResult {
  return { ...result, stderr: result.stderr.replaceAll(/(unexpected \S+), expecting .*? \(Unix/g, '$1 (Unix') };
}

const INPUTS: readonly JqCase[] = [
  ...[
    '1 2 "x"',
    '{"a":1',
    '{a:1}',
    '[1,2',
    '',
    '{"a":1} x',
    'nul',
    "'a'",
    '[1 2]',
    '{"a" 1}',
    '{1:2}',
    '[1,]',
    '{"a":1,}',
    ']',
    '}',
    ',',
  ].map((stdin) => ({ args: ['-c', '.'], stdin })),
  ...[
    ':',
    '[}',
    '{]',
    '"abc',
    '"\\x"',
    '"\\u12"',
    'tru',
    'truex',
    '1.2.3',
    '-',
    '.5',
    '1.',
    '+1',
    'nan',
    '[[[',
    '"a""b"',
    '1"a"',
    '1[2]3',
  ].map((stdin) => ({ args: ['-c', '.'], stdin })),
  ...['{"a":1}\n[1,\n2]\n\n"x"\n', 'true false null\n', '\t\r\n 1\n', '"\\u00e9\\ud83d\\ude00 \\n"\n', '"ä€😀"\n'].map(
    (stdin) => ({
      args: ['.'],
      stdin,
    }),
  ),
  { args: ['.+1'], stdin: '1\n"x"\n2\n' },
  { args: ['.+1'], stdin: '1\n2\n\n"x"' },
  { args: ['.a'], stdin: '{"a":1}\n[\n1\n]\n{"a":2}\n' },
  { args: ['-s', '-c', '.'], stdin: '1 2\n[3]\n' },
  { args: ['-s', '-c', '.'], stdin: '' },
  { args: ['-s', '.'], stdin: '1 [' },
  { args: ['-n', '-c', '[inputs]'], stdin: '1 2 3\n' },
  { args: ['-n', 'input,input'], stdin: '1 2 3\n' },
  { args: ['-c', '[.,input]'], stdin: '1 2 3 4\n' },
  { args: ['-c', '[.,input]'], stdin: '1 2 3\n' },
  { args: ['-n', 'reduce inputs as $x (0; .+$x)'], stdin: '1 2 3\n' },
  { args: ['-e', '.'], stdin: '1 null\n' },
  { args: ['-e', '.'], stdin: 'null 1\n' },
  { args: ['-e', 'empty'], stdin: '1\n' },
  { args: ['-e', '.a'], stdin: '{}\n' },
  { args: ['-e', '.+1'], stdin: '"x"\n' },
  { args: ['-e', 'select(.==1)'], stdin: '1 2\n' },
  { args: ['-r', '.[]'], stdin: '["a",1,"b\\nc",null]\n' },
  { args: ['-j', '.[]'], stdin: '["a",1,"b"]\n' },
  { args: ['-rc', '.[]'], stdin: '[["a"],{"b":"c"}]\n' },
  { args: ['-S', '.'], stdin: '{"b":1,"a":{"d":1,"c":2}}\n' },
  { args: ['-a', '.'], stdin: '"é😀\\u007f"\n' },
  { args: ['--tab', '.'], stdin: '{"a":[1,{}],"b":[]}\n' },
  { args: ['--indent', '1', '.'], stdin: '{"a":[1,{}]}\n' },
  { args: ['--indent', '0', '.'], stdin: '{"a":[1,{}]}\n' },
  { args: ['--indent', '7', '.'], stdin: '[1]\n' },
  { args: ['--indent', '9', '.'], stdin: '1\n' },
  { args: ['--indent'] },
  { args: ['-R', '.'], stdin: 'a\nb\n' },
  { args: ['-R', '.'], stdin: 'a\n\nb' },
  { args: ['-Rs', '.'], stdin: 'a\nb\n' },
  { args: ['-Rn', '[inputs]'], stdin: 'a\nb\n' },
  { args: ['-nc', '--arg', 'a', '1', '--argjson', 'b', '[2]', '[$a,$b,$ARGS]'] },
  { args: ['-nc', '$ARGS', '--args', 'a', 'b'] },
  { args: ['-nc', '$ARGS', '--jsonargs', '1', '{}'] },
  { args: ['-n', '--arg', 'a'] },
  { args: ['-n', '--argjson', 'a', '{', '1'] },
  { args: ['-nc', '--slurpfile', 'x', 'a.json', '--rawfile', 'y', 'a.json', '$x,$y'] },
  { args: ['-c', '.', 'a.json'] },
  { args: ['-c', '.', 'a.json', 'nosuch.json'] },
  { args: ['.a', 'a.json'] },
  { args: ['.', 'bad.json'] },
  { args: ['-s', '-c', '.', 'a.json', 'a.json'] },
  { args: ['-cf', 'p.jq'], stdin: '1' },
  { args: ['-V'] },
  { args: ['--foo', '.'] },
  { args: ['-z', '.'] },
  { args: ['-n', '1\n|\nfoo'] },
  { args: ['-n', '[.[]?\n'] },
  { args: [], stdin: '{"a":5}' },
  { args: ['.[] | {name: .Name, "ip": .Net.IP}', '-c'], stdin: '[{"Name":"c1","Net":{"IP":"172.17.0.2"}}]' },
  {
    args: ['-r', '.[0].NetworkSettings.Networks | to_entries[] | "\\(.key)=\\(.value.IPAddress)"'],
    stdin: '[{"NetworkSettings":{"Networks":{"bridge":{"IPAddress":"172.17.0.2"}}}}]',
  },
];

const LEAF = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, 'a', 'b', 'x y', ''),
  fc.integer({ min: -3, max: 9 }),
  fc.double({ noNaN: true, min: -99, max: 99 }),
);
const DOCUMENT = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    LEAF,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c', '1', 'x y'), tie('value'), { maxKeys: 4 }),
  ),
})).value;
const SIMPLE = fc.constantFrom(
  ...[
    '.',
    '.a',
    '.b',
    '.[0]',
    '.[]',
    '.[]?',
    '.["x y"]',
    '..',
    '.a.b',
    '.[1:]',
    '.[-1]',
    '1',
    '"s"',
    'null',
    '[]',
    '{}',
    'keys',
    'length',
  ],
  ...[
    'type',
    'tostring',
    'not',
    'add',
    'sort',
    'unique',
    'first',
    'last',
    'to_entries',
    'tojson',
    'any',
    'all',
    'reverse',
    'flatten',
    'empty',
  ],
  ...[
    'min',
    'max',
    'tonumber',
    '[paths]',
    'ascii_upcase',
    'map(.)',
    'join(",")',
    'has("a")',
    'has(0)',
    'values',
    '@csv',
    '@sh',
    'keys_unsorted',
  ],
);
const PROGRAM = fc.letrec<{ filter: string }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small' },
    SIMPLE,
    fc
      .tuple(
        tie('filter'),
        fc.constantFrom('|', ',', '+', '-', '*', '/', '//', '==', '<', 'and', 'or', '='),
        tie('filter'),
      )
      .map(([a, op, b]) => `(${a} ${op} ${b})`),
    tie('filter').map((a) => `[${a}]`),
    tie('filter').map((a) => `map(${a})`),
    tie('filter').map((a) => `select(${a})`),
    tie('filter').map((a) => `sort_by(${a})`),
    tie('filter').map((a) => `{a: (${a}), "k": 1}`),
    tie('filter').map((a) => `[try (${a}) catch .]`),
    tie('filter').map((a) => `[(${a})?]`),
    tie('filter').map((a) => `"\\(${a})"`),
    tie('filter').map((a) => `first(${a})`),
    fc.tuple(tie('filter'), tie('filter'), tie('filter')).map(([a, b, c]) => `(if ${a} then ${b} else ${c} end)`),
    fc.tuple(tie('filter'), tie('filter')).map(([a, b]) => `(${a} as $x | ${b})`),
    fc.tuple(tie('filter'), tie('filter')).map(([a, b]) => `(reduce ${a} as $x (null; ${b}))`),
  ),
})).filter;

/** Programs that do not compile, and those that speak to the outside, have a jq of their own. */
function isAlone(filter: string): boolean {
  if (/halt|input|debug|stderr|error\(null|error$|__loc__|^def f: 1;$/.test(filter)) return true;
  return emulated({ args: ['-nc', filter] }).exit === 3;
}

describe('userland/jq:', () => {
  it('every program gives the same results, errors and exit code', function () {
    needJq(this);
    compareJq(
      FILTERS.filter(isAlone).map((filter) => ({ args: ['-nc', filter] })),
      withoutExpectations,
    );
    compareTogether(FILTERS.filter((filter) => !isAlone(filter)).map((filter) => ({ filter, document: null })));
  });

  it('reads and writes as the real one', function () {
    needJq(this);
    compareJq(INPUTS, withoutExpectations);
  });

  it('random programs over random documents give the same results', function () {
    needJq(this);
    const samples = fc.sample(fc.tuple(PROGRAM, DOCUMENT), { numRuns: 300 * EFFORT, seed: 20_250_101 });
    compareTogether(samples.map(([filter, document]) => ({ filter, document })));
  });

  it('filters each value as soon as it has come', () => {
    const kit = new TableKit();
    const pipe = new Pipe();
    pipe.openWriter();
    const { proc, output } = kit.start(JQ.run, { argv: ['jq', '-c', '.a'], stdin: pipe });
    pipe.write('{"a":1}\n{"a"');
    kit.runUntil(100_000);
    assert.equal(output.stdout, '1\n');
    pipe.write(':[2]}');
    pipe.closeWriter();
    kit.runUntil(200_000);
    assert.deepEqual([output.stdout, proc.exitCode], ['1\n[2]\n', 0]);
  });

  it('finds what Dockwire lacks and what jq refuses when the file is read', () => {
    assert.deepEqual(JQ.check!(['-r', '.a | strftime("%Y")']), {
      argIndex: 1,
      message: 'strftime/1 is not supported by Dockwire',
    });
    assert.deepEqual(JQ.check!(['-C', '.']), { argIndex: 0, message: 'option -C is not supported by Dockwire' });
    assert.equal(JQ.check!(['.[] | foo']), undefined);
    assert.deepEqual(JQ.refusal!(['-r', '.[] | foo']), { argIndex: 1, message: 'foo/0 is not defined' });
    assert.match(JQ.refusal!(['.['])!.message, /^syntax error, unexpected \$end/);
    assert.equal(JQ.refusal!(['--nosuch', '.'])!.argIndex, 0);
    assert.equal(JQ.refusal!(['--arg', 'x', '', '.a == $x']), undefined);
    const { stderr, exit } = emulated({ args: ['-n', 'now | strftime("%Y")'] });
    assert.deepEqual([stderr, exit], ['jq strftime/1: not supported by Dockwire\n', 127]);
  });

  it('a program that does not end is stopped', () => {
    assert.throws(() => emulated({ args: ['-n', 'def f: f; f'] }), /a jq program goes too deep/);
    assert.throws(() => emulated({ args: ['-n', 'last(repeat(1))'] }), /a jq program does not end/);
    assert.equal(emulated({ args: ['-n', '0 | until(. >= 50000; . + 1)'] }).stdout, '50000\n');
  });
});
