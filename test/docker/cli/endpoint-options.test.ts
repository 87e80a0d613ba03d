import assert from 'node:assert/strict';
import { endpointFault, endpointLack } from '../../../src/docker/cli/endpoint-options.ts';
import type { Flags } from '../../../src/docker/cli/flags.ts';
import { readFlags } from '../../../src/docker/cli/flags.ts';
import { GLOBAL_OPTIONS } from '../../../src/docker/cli/options/root.ts';

function flagsOf(line: string): Flags {
  const outcome = readFlags(GLOBAL_OPTIONS, line.split(' '), false);
  assert.ok(outcome.kind === 'parsed', line);
  return outcome.flags;
}

const UNRESOLVED = 'unable to resolve docker endpoint: ';

describe('options before the command', () => {
  it('may be wrong, as the client says when it starts', () => {
    const cases: [line: string, fault: string | undefined][] = [
      ['ps', undefined],
      ['-l WARNING -c default ps', undefined],
      ['-l foo ps', 'Unable to parse logging level: foo'],
      ['-c foo ps', `${UNRESOLVED}context "foo" does not exist`],
      ['-c default -H unix:///x ps', 'Conflicting options: either specify --host or --context, not both'],
      ['-H unix:///a -H unix:///b ps', `${UNRESOLVED}Please specify only one -H`],
      ['-H foo://x ps', `${UNRESOLVED}Invalid bind address format: foo://x`],
      ['-H http://x ps', `${UNRESOLVED}Invalid bind address format: http://x`],
      ['-H foo:bar ps', `${UNRESOLVED}parse "tcp://foo:bar": invalid port ":bar" after host`],
      ['-H tcp://a:b ps', `${UNRESOLVED}parse "tcp://a:b": invalid port ":b" after host`],
      ['-H tcp://1.2.3.4:5/path ps', undefined],
      ['-H [::1]:5 ps', undefined],
      ['-H ssh://x ps', undefined],
      ['--tls ps', `${UNRESOLVED}open /root/.docker/ca.pem: no such file or directory`],
      ['--tlsverify=false ps', `${UNRESOLVED}open /root/.docker/ca.pem: no such file or directory`],
      ['--tls --tlscacert /x ps', `${UNRESOLVED}open /x: no such file or directory`],
      ['--tlscert /x ps', undefined],
    ];
    for (const [line, fault] of cases) assert.equal(endpointFault(flagsOf(line)), fault, line);
  });

  it('may name the engine of the host, and no other', () => {
    for (const host of ['unix://', 'unix:///var/run/docker.sock', 'unix:///run/docker.sock', '']) {
      assert.equal(endpointLack(flagsOf(`-D --host=${host} ps`)), undefined, host);
    }
    assert.equal(endpointLack(flagsOf('ps')), undefined);
    assert.deepEqual(endpointLack(flagsOf('-D -H tcp://1.2.3.4 ps')), {
      name: 'docker --host tcp://1.2.3.4',
      supported: 'the engine of this host, unix:///var/run/docker.sock',
      argIndex: 2,
    });
  });
});
