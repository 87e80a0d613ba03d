import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ProgramRegistry } from '../../../src/kernel/proc/program-registry.ts';
import { busyboxPrograms, hostPrograms } from '../../../src/userland/registry.ts';
import { checkCommand, noDefinedNames } from '../../../src/userland/sh/check.ts';

describe('userland/sh/check:', () => {
  const registry = hostPrograms();

  function mistakes(text: string, programs = registry): string[] {
    return checkCommand(text, programs).map(({ line, col, message }) => `${line}:${col} ${message}`);
  }

  it('finds nothing wrong with what can be run', () => {
    const texts = [
      'ping -c 3 10.0.0.1',
      'A=1 sleep 5 && echo "$A" || exit 1',
      'sleep 5 & wait; kill %1',
      'cd /root; export A=1; eval $A; unset A; : ; pwd',
      "sh -c 'whatever | it is'",
      '/bin/ping localhost',
      '$COMMAND -R x',
      'ping $OPTIONS -c $N "$host"',
      '',
    ];
    for (const text of texts) assert.deepEqual(mistakes(text), [], text);
  });

  it('says where an unknown command stands, and which one may be meant', () => {
    assert.deepEqual(mistakes('pign -c 1 h'), ['0:0 unknown command "pign"; did you mean "ping"?']);
    assert.deepEqual(mistakes('true &&\n  slep 1; A=2 nosuchthing'), [
      '1:2 unknown command "slep"; did you mean "sleep"?',
      '1:14 unknown command "nosuchthing"; expected the name of a program',
    ]);
  });

  it('tells a tool that is missing here from one that is unknown', () => {
    assert.deepEqual(mistakes('nmap -i eth0 & weave h'), [
      '0:0 nmap is not supported yet',
      '0:15 weave is not supported yet',
    ]);
    assert.deepEqual(mistakes('ulimit a x'), ['0:0 ulimit is not supported yet']);
  });

  it('points at the option that Dockwire lacks', () => {
    assert.deepEqual(mistakes('ping -c 1 -L 10.0.0.1'), ['0:10 ping: option -L is not supported by Dockwire']);
    assert.deepEqual(mistakes('echo a\nping -nm 5 h'), ['1:5 ping: option -m is not supported by Dockwire']);
    assert.deepEqual(mistakes('head -z /etc/hosts'), ['0:5 head: option -z is not supported by Dockwire']);
    assert.deepEqual(mistakes('sh -z a'), ['0:3 sh: Illegal option -z']);
    assert.deepEqual(mistakes('ping -6 h', busyboxPrograms()), ['0:5 ping: option -6 is not supported by Dockwire']);
  });

  it('judges a command for others by the programs that they have, and leaves to the run what is not among them', () => {
    const programs = new ProgramRegistry(registry);
    programs.add({
      name: 'inside',
      run: registry.get('true')!.run,
      commandAt: (args) => (args.length > 1 ? 1 : undefined),
      commandPrograms: () => busyboxPrograms(),
    });
    assert.deepEqual(mistakes('inside c1 ping -6 h', programs), ['0:15 ping: option -6 is not supported by Dockwire']);
    assert.deepEqual(mistakes('inside c1 timeout 5 ping -6 h', programs), [
      '0:25 ping: option -6 is not supported by Dockwire',
    ]);
    assert.deepEqual(
      mistakes('inside c1 nosuch -x; inside c1 timeout 5 nosuch; inside c1; inside $c ping h', programs),
      [],
    );
    assert.deepEqual(mistakes('timeout 5 inside c1 ping -6 h', programs).length, 1);
  });

  it('leaves to the run what the real tool refuses itself', () => {
    for (const text of ['ping', 'ping -c x h', 'ping -c', 'sleep', 'sleep x', 'cat -', 'echo --help']) {
      assert.deepEqual(mistakes(text), [], text);
    }
  });

  it('reports an option that the real tool does not have, unless a failure is expected', () => {
    assert.deepEqual(mistakes('ping -c 1 -z h'), ["0:10 ping: invalid option -- 'z'"]);
    assert.deepEqual(checkCommand('ping -c 1 -z h', registry, true), []);
    assert.equal(checkCommand('ping -c 1 -L h', registry, true).length, 1);
  });

  it('gives grammar and commands in the order of the text', () => {
    assert.deepEqual(mistakes('nosuch1 | true\necho $(x); nosuch2'), [
      '0:0 unknown command "nosuch1"; expected the name of a program',
      '1:7 unknown command "x"; expected the name of a program',
      '1:11 unknown command "nosuch2"; expected the name of a program',
    ]);
    assert.deepEqual(mistakes('echo "a\nb'), ['0:5 Syntax error: Unterminated quoted string']);
  });

  it('judges any text, and every place lies in it', () => {
    const pieces = fc.constantFrom(
      'ping ',
      '-R ',
      'h ',
      "'",
      '\n',
      '; ',
      '&& ',
      '| ',
      '$A ',
      'nosuch ',
      '> ',
      'if ',
      '"',
    );
    fc.assert(
      fc.property(
        fc.array(pieces).map((list) => list.join('')),
        (text) => {
          const lines = text.split('\n');
          for (const { line, col } of checkCommand(text, registry)) {
            assert.ok(line < lines.length && col <= lines[line]!.length, `${line}:${col}`);
          }
        },
      ),
      { numRuns: 500 * Number(process.env['DOCKWIRE_EFFORT'] ?? 1) },
    );
  });

  it('judges a script of many thousand mistakes in a moment', () => {
    const started = performance.now();
    assert.equal(checkCommand('nosuchcommand a | bcd\n'.repeat(20_000), registry).length, 40_000);
    // A second on an idle machine; hours if each mistake were searched for from the start of the text.
    assert.ok(performance.now() - started < 15_000);
  });

  it('finds commands wherever they stand', () => {
    const nests = [
      'if X; then :; elif :; then :; fi',
      'if :; then X; else :; fi',
      'while X; do :; done',
      'until :; do X; done',
      'for i in $(X); do :; done',
      'for i in a; do X; done',
      'case $(X) in *) ;; esac',
      'case a in $(X)) ;; esac',
      'case a in *) X;; esac',
      '{ X; }',
      '(X)',
      'f() { X; }',
      'echo a | X',
      '! X',
      'echo "`X`"',
      'echo ${a:-$(X)}',
      'echo $(($(X)))',
      'A=$(X)',
      'echo > $(X)',
      'cat <<E\n$(X)\nE',
      'echo "`echo \\`X\\``"',
      'timeout -k 1 5 X',
      'env -i A=b X',
      'nohup X',
      'exec X',
      'command X',
      'timeout 5 env A=1 nohup X',
      'ip netns exec n1 X',
      'ip -n a netns exec n1 timeout 3 X',
    ];
    for (const nest of nests) {
      const text = nest.replace('X', 'nosuchthing');
      const line = nest.startsWith('cat') ? 1 : 0;
      const col = text.split('\n')[line]!.indexOf('nosuchthing');
      const message = 'unknown command "nosuchthing"; expected the name of a program';
      assert.deepEqual(mistakes(text), [`${line}:${col} ${message}`], text);
      assert.deepEqual(mistakes(nest.replace('X', 'true')), [], text);
    }
  });

  it('knows the functions of the text, and of the texts before it', () => {
    assert.deepEqual(mistakes('f() { true; }; f; if f; then g; fi; g() { f; }'), []);
    assert.deepEqual(mistakes('f() { true; }; timeout 5 f'), [
      '0:25 unknown command "f"; expected the name of a program',
    ]);
    const defined = noDefinedNames();
    checkCommand('f() { true; }', registry, false, defined);
    assert.deepEqual(checkCommand('f', registry, false, defined), []);
    assert.equal(checkCommand('g', registry, false, defined).length, 1);
    checkCommand('. ./lib.sh', registry, false, defined);
    assert.deepEqual(checkCommand('g', registry, false, defined), []);
  });
});
