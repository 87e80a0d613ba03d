import assert from 'node:assert/strict';
import { PLAIN } from '../../../src/kernel/show/options.ts';
import { Printer } from '../../../src/kernel/show/printer.ts';

function print(printer: Printer): string {
  printer.openObject();
  printer.field('ifindex', 1, '1: ');
  printer.inked('ifname', 'ifname', 'lo', 'lo: ');
  printer.openArray('flags');
  printer.json('', 'UP');
  printer.close();
  printer.text('<UP>');
  printer.lineEnd();
  printer.close();
  return printer.toString();
}

describe('kernel/show: printer', () => {
  it('prints one description as text, in one line, in colour and as JSON', () => {
    assert.equal(print(new Printer(PLAIN)), '1: lo: <UP>\n');
    assert.equal(print(new Printer({ ...PLAIN, oneline: true })), '1: lo: <UP>\\');
    assert.equal(print(new Printer({ ...PLAIN, color: true })), '1: \u001b[36mlo: \u001b[0m<UP>\n');
    assert.equal(print(new Printer({ ...PLAIN, json: true })), '[{"ifindex":1,"ifname":"lo","flags":["UP"]}]\n');
  });

  it('answers a command with what was printed', () => {
    const printer = new Printer(PLAIN);
    printer.text('x');
    assert.deepEqual(printer.result(2, 'no\n'), { exit: 2, stdout: 'x', stderr: 'no\n' });
  });

  it('asserts that what is opened is closed', () => {
    const printer = new Printer({ ...PLAIN, json: true });
    printer.openArray('a');
    assert.throws(() => printer.toString());
  });
});
