import fc from 'fast-check';
import assert from 'node:assert/strict';
import { rawValue } from '../../../src/docker/inspect/go-document.ts';
import type { Json } from '../../../src/docker/inspect/json.ts';
import { TemplateExecError, TemplateParseError } from '../../../src/docker/template/errors.ts';
import { Template } from '../../../src/docker/template/template.ts';
import { CONTAINER_TEMPLATES } from './templates.ts';

const DOCUMENT: Json = {
  Name: 'c1',
  Args: ['-f', 'é'],
  State: { Pid: 7, Error: '', Health: null },
  Labels: { a: 'b' },
};

function print(text: string): string {
  return new Template(text).execute(rawValue(DOCUMENT));
}

/** Scaled by DOCKWIRE_EFFORT. */
const RUNS = 300 * Number(process.env['DOCKWIRE_EFFORT'] ?? '1');

describe('a template', () => {
  it('prints text, values, branches and loops', () => {
    assert.equal(print('{{.Name}}: {{len .Args}} {{.State.Pid}} {{.Args}}'), 'c1: 2 7 [-f é]');
    assert.equal(print('{{range $i, $a := .Args}}{{if $i}}, {{end}}{{$i}}={{$a}}{{else}}none{{end}}'), '0=-f, 1=é');
    assert.equal(print('{{with .State.Health}}{{.}}{{else}}{{$.Name}}{{end}}'), 'c1');
    assert.equal(print('{{define "x"}}<{{.}}>{{end}}{{template "x" .Name}} {{block "y" 1}}{{.}}{{end}}'), '<c1> 1');
    assert.equal(print('a {{- "b" -}}\n c {{/* nothing */ -}} d'), 'abc d');
  });

  it('complains with line and column in bytes, and the node as Go prints it', () => {
    const complaint = (text: string): string => {
      try {
        return print(text);
      } catch (error) {
        return (error as Error).message;
      }
    };
    assert.equal(
      complaint('é{{.Name.X}}'),
      `template: :1:9: executing "" at <.Name.X>: can't evaluate field X in type interface {}`,
    );
    assert.equal(
      complaint('\n{{index .Args 7 | len}}'),
      'template: :2:2: executing "" at <index .Args 7>: error calling index: index out of range: 7',
    );
    assert.equal(complaint('a\n{{foo}}'), 'template: :2: function "foo" not defined');
    assert.equal(complaint('{{if .Name}}'), 'template: :1: unexpected EOF');
    assert.equal(
      complaint('{{define "r"}}{{template "r"}}{{end}}{{template "r"}}'),
      'template: :1:25: executing "r" at <{{template "r"}}>: exceeded maximum template depth (100000)',
    );
  });

  it('takes header functions as those of a table, and keeps what comes before a fault', () => {
    const names = rawValue({ ID: 'NETWORK ID', Name: 'NAME' });
    assert.equal(
      new Template('{{upper .ID}}|{{json .Name}}|{{.X}}|').executeHeader(names),
      'NETWORK ID|NAME|<no value>|',
    );
    assert.equal(new Template('{{.ID}}|{{index .ID 99}}|').executeHeader(names), 'NETWORK ID|');
  });

  it('is refused rather than run out of stack', () => {
    for (const depth of [400, 100_000]) {
      const text = `{{${'('.repeat(depth)}1${')'.repeat(depth)}}}`;
      if (depth < 500) assert.equal(print(text), '1');
      else assert.throws(() => print(text), TemplateParseError);
    }
  });

  it('of any text ends in text or in one of its two errors', () => {
    const pieces = CONTAINER_TEMPLATES.flatMap((each) => each.split(/(?<=[\s{}()|.$"`',])/));
    const piece = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...pieces) },
      fc.string({ unit: 'binary', maxLength: 4 }),
    );
    const text = fc.array(piece, { maxLength: 12 }).map((each) => each.join(''));
    fc.assert(
      fc.property(text, fc.boolean(), (source, isWrapped) => {
        try {
          print(isWrapped ? `{{${source}}}` : source);
        } catch (error) {
          if (!(error instanceof TemplateParseError || error instanceof TemplateExecError)) throw error;
        }
      }),
      { numRuns: RUNS * 10 },
    );
  });

  it('prints any document as an independent model does', () => {
    const key = fc.stringMatching(/^[A-Z][a-z]{0,3}$/);
    const { object: document } = fc.letrec<{ json: Json; object: Json }>((tie) => ({
      json: fc.oneof(
        { maxDepth: 3 },
        fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer(), fc.boolean(), fc.constant(null)),
        fc.array(tie('json'), { maxLength: 3 }),
        tie('object'),
      ),
      object: fc.dictionary(key, tie('json'), { maxKeys: 4, noNullPrototype: true }),
    }));
    fc.assert(
      fc.property(document, (json) => {
        const value = rawValue(json);
        assert.equal(new Template('{{.}}').execute(value), modelText(json));
        const loop = '{{range $k, $v := .}}{{$k}}={{$v}};{{end}}';
        const entries = sortedEntries(json).map(([name, item]) => `${name}=${modelText(item, '<no value>')};`);
        assert.equal(new Template(loop).execute(value), entries.join(''));
      }),
      { numRuns: RUNS },
    );
  });
});

function sortedEntries(json: Json): [string, Json][] {
  return Object.entries(json as Record<string, Json>).sort(([left], [right]) => (left < right ? -1 : 1));
}

function modelText(json: Json, ofNull = '<nil>'): string {
  if (json === null) return ofNull;
  if (Array.isArray(json)) return `[${json.map((item: Json) => modelText(item)).join(' ')}]`;
  if (typeof json !== 'object') return String(json);
  return `map[${sortedEntries(json)
    .map(([name, item]) => `${name}:${modelText(item)}`)
    .join(' ')}]`;
}
