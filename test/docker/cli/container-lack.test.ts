import assert from 'node:assert/strict';
import { containerLack } from '../../../src/docker/cli/container-lack.ts';
import { readFlags } from '../../../src/docker/cli/flags.ts';
import { RUN_FORM } from '../../../src/docker/cli/options/run.ts';

function lack(line: string): string {
  const outcome = readFlags(RUN_FORM.options, [...line.split(' '), 'busybox'], false);
  assert.ok(outcome.kind === 'parsed', line);
  const found = containerLack('run', outcome.flags);
  return found === undefined ? 'fine' : `${found.argIndex}: ${found.name}`;
}

describe('values that Dockwire lacks', () => {
  it('are found with their place', () => {
    const cases: [line: string, wanted: string][] = [
      ['--cap-drop CHOWN --cap-add ALL', 'fine'],
      ['-d --cap-drop cap_net_raw', '2: docker run --cap-drop cap_net_raw'],
      ['--cap-drop all', '1: docker run --cap-drop all'],
      ['--disable-content-trust', 'fine'],
      ['--disable-content-trust=false', '0: docker run --disable-content-trust false'],
      ['--group-add 5', 'fine'],
      ['--group-add x', '1: docker run --group-add x'],
      ['--ipc host', 'fine'],
      ['--ipc container:x', '1: docker run --ipc container:x'],
      ['--log-driver json-file', 'fine'],
      ['--log-driver syslog', '1: docker run --log-driver syslog'],
      ['--user 0:0', 'fine'],
      ['-u root', 'fine'],
      ['-u nobody', '1: docker run --user nobody'],
    ];
    for (const [line, wanted] of cases) assert.equal(lack(line), wanted, line);
  });
});
