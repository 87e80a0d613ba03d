import assert from 'node:assert/strict';
import {
  TemplateError,
  UnsupportedTemplateError,
  executeTemplate,
  parseTemplate,
} from '../../../src/docker/cli/go-template.ts';
import type { JsonObject } from '../../../src/docker/inspect/json.ts';

const DOCUMENT: JsonObject = {
  Id: 'abc',
  State: { Pid: 7, Running: true, Error: '' },
  Args: ['-f', '-h'],
  Links: null,
  IPAM: { Driver: 'default', Options: null, Config: [{ Subnet: '172.17.0.0/16' }] },
};

function print(template: string): string {
  return executeTemplate(parseTemplate(template), DOCUMENT);
}

describe('templates', () => {
  it('print values as Go does, with the text around them', () => {
    assert.equal(print('{{.Id}}'), 'abc');
    assert.equal(print('{{ .ID }}/{{.State.Pid}} {{.State.Running}}[{{.State.Error}}]'), 'abc/7 true[]');
    assert.equal(print('{{.Args}} {{.Links}}'), '[-f -h] <nil>');
    assert.equal(print('json'), 'json');
  });

  it('print JSON on one line', () => {
    const ipam = '{"Driver":"default","Options":null,"Config":[{"Subnet":"172.17.0.0/16"}]}';
    assert.equal(print('{{json .IPAM}}'), ipam);
    assert.equal(print('{{json .}}'), JSON.stringify(DOCUMENT));
    assert.equal(print('{{json .Id}}'), '"abc"');
  });

  it('fail in the words of the template package, with the place', () => {
    const fault = (template: string): string => {
      try {
        return print(template);
      } catch (error) {
        assert.ok(error instanceof TemplateError);
        return error.message;
      }
    };
    const place = 'template parsing error: template: :1:';
    assert.equal(fault('{{.Foo}}'), `${place}2: executing "" at <.Foo>: map has no entry for key "Foo"`);
    assert.equal(
      fault('id {{json .Foo.Bar}}'),
      `${place}10: executing "" at <.Foo.Bar>: map has no entry for key "Foo"`,
    );
    assert.equal(fault('{{.Links.X}}'), `${place}2: executing "" at <.Links.X>: nil pointer evaluating interface {}.X`);
    assert.equal(fault('{{.Id.X}}'), `${place}2: executing "" at <.Id.X>: can't evaluate field X in type interface {}`);
  });

  it('that Dockwire cannot print are told apart', () => {
    for (const template of [
      '{{range .Args}}x{{end}}',
      '{{index .Args 0}}',
      '{{.Id | json}}',
      '{{- .Id}}',
      '{{.Id',
      '{{}}',
    ]) {
      assert.throws(() => parseTemplate(template), UnsupportedTemplateError, template);
    }
    assert.throws(() => print('{{.State}}'), UnsupportedTemplateError);
  });
});
