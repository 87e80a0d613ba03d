import assert from 'node:assert/strict';
import { Lab, SECOND } from '../lab.ts';
import { assertAnswers } from '../cli/commands.ts';

const ERROR = 'Error response from daemon:';

/** c1 runs, c2 has ended with 4, c3 was only created. */
function threeContainers(): Lab {
  const lab = new Lab();
  lab.ok('run -d --name c1 -l a=b bb sleep 1000');
  lab.docker('run --name c2 busybox end 1 4');
  lab.wait(SECOND);
  lab.ok('create --name c3 --network host bb true');
  return lab;
}

describe('the list of containers', () => {
  it('shows those that are asked for', () => {
    const lab = threeContainers();
    const cases: [options: string, names: string][] = [
      ['', 'c1'],
      ['-a', 'c3 c2 c1'],
      ['-n 1', 'c3'],
      ['-n 2', 'c3 c2'],
      ['-n 0', 'c1'],
      ['-n -1', 'c1'],
      ['-l', 'c3'],
      ['-l -n 2', 'c3 c2'],
      ['--filter status=exited', 'c2'],
      ['-f status=exited -f status=created', 'c3 c2'],
      ['-a -f exited=4', 'c2'],
      ['-a -f exited=0', ''],
      ['-a -f name=c', 'c3 c2 c1'],
      ['-a -f name=^/c2$', 'c2'],
      ['-a -f name=^c2$', 'c2'],
      ["-a -f 'name=('", ''],
      ['-a -f NAME=c2', 'c2'],
      ['-a -f ancestor=bb', 'c3 c1'],
      ['-a -f ancestor=busybox:latest', 'c2'],
      ['-a -f ancestor=nosuch', ''],
      ['-a -f before=c2', 'c1'],
      ['-a -f since=c2', 'c3'],
      ['-a -f network=bridge', 'c2 c1'],
      ['-a -f network=host', 'c3'],
      ['-a -f network=nosuch', ''],
      ['-a -f volume=x', ''],
      ['-a -f health=none', 'c3 c2 c1'],
      ['-a -f health=healthy', ''],
      ['-a -f is-task=true', ''],
      ['-a -f label=a', 'c1'],
      ['-a -f label=a=c', ''],
      ['-a -f publish=80', ''],
      ['-a -f isolation=x', 'c3 c2 c1'],
      ["-a -f ''", 'c3 c2 c1'],
    ];
    for (const [options, names] of cases) {
      assert.equal(lab.ok(`ps ${options} --format {{.Names}}`).replaceAll('\n', ' '), names, options);
    }
  });

  it('is refused as by a real engine', () => {
    assertAnswers(threeContainers(), [
      { line: 'ps -f foo=bar', exit: 1, stderr: `${ERROR} Invalid filter 'foo'` },
      {
        line: 'ps -f foo',
        exit: 125,
        stderr:
          'invalid argument "foo" for "-f, --filter" flag: bad format of filter (expected name=value)\n' +
          "See 'docker ps --help'.",
      },
      { line: 'ps -f status=foo', exit: 1, stderr: `${ERROR} Invalid filter 'status=foo'` },
      { line: 'ps -f exited=x', exit: 1, stderr: `${ERROR} strconv.Atoi: parsing "x": invalid syntax` },
      { line: 'ps -f since=nosuch', exit: 1, stderr: `${ERROR} no such container nosuch` },
      { line: 'ps -f before=nosuch', exit: 1, stderr: `${ERROR} no such container nosuch` },
      { line: 'ps -f health=foo', exit: 1, stderr: `${ERROR} Unrecognised filter value for health: foo` },
      { line: 'ps -f is-task=x', exit: 1, stderr: `${ERROR} Invalid filter 'is-task=[x]'` },
      {
        line: 'ps -f publish=x',
        exit: 1,
        stderr: `${ERROR} error while looking up for publish x: strconv.ParseUint: parsing "x": invalid syntax`,
      },
      {
        line: 'ps -f expose=80-79',
        exit: 1,
        stderr: `${ERROR} error while looking up for expose 80-79: Invalid range specified for the Port: 80-79`,
      },
      { line: 'ps -f =x', exit: 1, stderr: `${ERROR} Invalid filter ''` },
    ]);
  });
});
