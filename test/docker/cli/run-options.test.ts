import assert from 'node:assert/strict';
import { Lab } from '../lab.ts';
import { assertAnswers } from './commands.ts';

const HELP = "\nSee 'docker run --help'.";

describe('the options of docker run', () => {
  it('show in docker inspect', () => {
    const lab = new Lab();
    lab.ok(
      `run -d --name c1 -h h --domainname d -u root -w /tmp -e A=1 -e B=2 -l a=b -l c --expose 80
        --stop-signal INT --stop-timeout 3 --mac-address 02:42:00:00:00:01 --restart on-failure:3 --dns 1.1.1.1
        --dns-opt ndots:2 --dns-search x.y --add-host a:1.2.3.4 --entrypoint sleep busybox 100`,
    );
    const show = (path: string): string => lab.ok(`inspect -f '{{json ${path}}}' c1`);
    const cases: [path: string, text: string][] = [
      ['.Path', '"sleep"'],
      ['.Args', '["100"]'],
      ['.Config.Hostname', '"h"'],
      ['.Config.Domainname', '"d"'],
      ['.Config.User', '"root"'],
      ['.Config.WorkingDir', '"/tmp"'],
      ['.Config.Env', '["A=1","B=2","PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]'],
      ['.Config.Labels', '{"a":"b","c":""}'],
      ['.Config.ExposedPorts', '{"80/tcp":{}}'],
      ['.Config.Entrypoint', '["sleep"]'],
      ['.Config.Cmd', '["100"]'],
      ['.Config.StopSignal', '"INT"'],
      ['.Config.StopTimeout', '3'],
      ['.Config.MacAddress', '"02:42:00:00:00:01"'],
      ['.HostConfig.RestartPolicy', '{"Name":"on-failure","MaximumRetryCount":3}'],
      ['.HostConfig.Dns', '["1.1.1.1"]'],
      ['.HostConfig.DnsOptions', '["ndots:2"]'],
      ['.HostConfig.DnsSearch', '["x.y"]'],
      ['.HostConfig.ExtraHosts', '["a:1.2.3.4"]'],
    ];
    for (const [path, text] of cases) assert.equal(show(path), text, path);
  });

  it('are refused as by a real client and engine', () => {
    const client = (line: string, text: string): object => ({
      line: `run --rm ${line}`,
      exit: 125,
      stderr: `docker: ${text}.${HELP}`,
    });
    const daemon = (line: string, text: string): object => client(line, `Error response from daemon: ${text}`);
    const retry = 'maximum retry count cannot be used with restart policy';
    const lines = [
      client('--restart always bb true', 'Conflicting options: --restart and --rm'),
      client('--restart on-failure:3 bb true', 'Conflicting options: --restart and --rm'),
      client('--restart on-failure:x bb true', 'maximum retry count must be an integer'),
      daemon('--rm=false --restart foo bb true', "invalid restart policy 'foo'"),
      daemon('--rm=false --restart always:3 bb true', `${retry} 'always'`),
      daemon('--rm=false --restart unless-stopped:1 bb true', `${retry} 'unless-stopped'`),
      daemon('--restart no:1 bb true', `${retry} 'no'`),
      daemon('--rm=false --restart on-failure:-1 bb true', 'maximum retry count cannot be negative'),
      client('--mac-address zz bb true', 'zz is not a valid mac address'),
      client('--network= bb true', 'no name set for network'),
      client(
        '--network-alias x --network host bb true',
        'network-scoped aliases are only supported for user-defined networks',
      ),
      client('--network n1 --network n1 bb true', 'network "n1" is specified multiple times'),
      client(
        '--network n1 --network host bb true',
        'conflicting options: cannot attach both user-defined and non-user-defined network-modes',
      ),
      client(
        '--network name=n1,alias=a --network-alias b bb true',
        'conflicting options: cannot specify both --network-alias and per-network alias',
      ),
      daemon('--network n1 --network n2 bb true', 'Container cannot be connected to network endpoints: n1, n2'),
      daemon('--network n1 --ip 1.2.3 bb true', 'invalid IPv4 address: 1.2.3'),
      daemon('-w tmp bb true', "the working directory 'tmp' is invalid, it needs to be an absolute path"),
      daemon('--stop-signal FOO bb true', 'Invalid signal: FOO'),
      daemon("--entrypoint '' bb", 'No command specified'),
      daemon('--pull never nosuch true', 'No such image: nosuch:latest'),
      { line: 'run -d -a stdout bb true', exit: 1, stderr: 'Conflicting options: -a and -d' },
    ];
    for (const line of lines) assertAnswers(new Lab(), [line as { line: string }]);
  });

  it('are read over where a real client does', () => {
    const lab = new Lab();
    const lines = [
      'run --rm --ip 172.17.0.99 bb echo a',
      'run --rm --network-alias x bb echo a',
      "run --rm --restart '' bb echo a",
      "run --rm --entrypoint '' bb echo a",
      'run --rm --entrypoint echo bb a',
      'run --rm --pull missing docker.io/library/bb echo a',
      'run --rm --restart no bb echo a',
    ];
    for (const line of lines) assertAnswers(lab, [{ line, stdout: 'a' }]);
  });
});
