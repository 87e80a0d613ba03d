import assert from 'node:assert/strict';
import type { ContainerRequest } from '../../../src/docker/cli/container-request.ts';
import { asksForNothing, containerRequest } from '../../../src/docker/cli/container-request.ts';
import { readFlags } from '../../../src/docker/cli/flags.ts';
import { RUN_FORM } from '../../../src/docker/cli/options/run.ts';

function ask(...args: string[]): ContainerRequest | string {
  const outcome = readFlags(RUN_FORM.options, [...args, 'busybox'], false);
  assert.ok(outcome.kind === 'parsed', outcome.kind === 'refused' ? outcome.message : '');
  return containerRequest(outcome.flags, {
    lookup: (name) => (name === 'HOME' ? '/root' : undefined),
    readFile: (path) => (path === 'file' ? 'A=1\nB=2\n' : undefined),
  });
}

function asked(...args: string[]): ContainerRequest {
  const request = ask(...args);
  assert.ok(typeof request !== 'string');
  return request;
}

describe('what docker run asks for', () => {
  it('is little without options', () => {
    const { config, hostConfig, networks, warnings } = asked();
    assert.deepEqual([config.image, config.command, config.entrypoint], ['busybox', [], null]);
    assert.deepEqual([config.attachStdin, config.attachStdout, config.attachStderr], [false, true, true]);
    assert.deepEqual([hostConfig.networkMode, hostConfig.others, hostConfig.extraHosts], ['default', {}, null]);
    assert.deepEqual([networks, warnings], [[], []]);
  });

  it('may be to hear some streams only', () => {
    const streams = (...args: string[]): boolean[] => {
      const { attachStdin, attachStdout, attachStderr } = asked(...args).config;
      return [attachStdin, attachStdout, attachStderr];
    };
    assert.deepEqual(streams('-i'), [true, true, true]);
    assert.deepEqual(streams('-a', 'stderr'), [false, false, true]);
    assert.deepEqual(streams('-i', '-a', 'stdout'), [true, true, false]);
    assert.deepEqual(streams('-d', '-i'), [false, false, false]);
  });

  it('may be variables and labels, from files first', () => {
    const env = asked('-e', 'A=1', '-e', 'HOME', '-e', 'NOSUCH', '-e', 'A=2', '--env-file', 'file').config.env;
    assert.deepEqual(env, ['A=1', 'B=2', 'A=2', 'HOME=/root', 'NOSUCH']);
    const { labels } = asked('-l', 'A=9', '-l', 'c', '--label-file', 'file').config;
    assert.deepEqual(Object.fromEntries(labels), { A: '9', B: '2', c: '' });
  });

  it('may be networks, and on the first one what was said without naming one', () => {
    const { networks, hostConfig } = asked('--network', 'name=n1,driver-opt=a=b', '--network', 'n2', '--ip', '1.2.3.4');
    assert.equal(hostConfig.networkMode, 'n1');
    assert.deepEqual(
      networks.map((each) => [each.target, each.ipv4Address, Object.fromEntries(each.driverOptions)]),
      [
        ['n1', '1.2.3.4', { a: 'b' }],
        ['n2', '', {}],
      ],
    );
    assert.deepEqual(asked('--network-alias', 'x').networks, []);
    const [first] = asked('--net', 'n1', '--net-alias', 'x', '--link', 'c1', '--link-local-ip', '169.254.1.1').networks;
    assert.deepEqual([first!.aliases, first!.links, first!.linkLocalAddresses], [['x'], ['c1'], ['169.254.1.1']]);
    assert.equal(asksForNothing(first!), false);
    assert.equal(asksForNothing(asked('--network', 'n1').networks[0]!), true);
  });

  it('may be ports, names, addresses, policies', () => {
    const { config, hostConfig } = asked(
      ...['-p', '8080:80', '--expose', '90/udp', '-P', '--dns', '1.1.1.1', '--dns-opt', 'x', '--dns-search', 'a.b'],
      ...['--add-host', 'a:1.2.3.4', '--sysctl', 'net.a=1', '--restart', 'on-failure:3'],
      ...['--mac-address', '02:42:00:00:00:01', '--stop-signal', 'SIGINT', '--stop-timeout', '3', '--entrypoint', 'sh'],
    );
    assert.deepEqual(config.exposedPorts, ['80/tcp', '90/udp']);
    assert.deepEqual(
      [config.macAddress, config.stopSignal, config.stopTimeoutSeconds],
      ['02:42:00:00:00:01', 'SIGINT', 3],
    );
    assert.deepEqual([config.entrypoint, hostConfig.isPublishAll], [['sh'], true]);
    assert.deepEqual(hostConfig.portBindings.get('80/tcp'), [{ hostIp: '', hostPort: '8080' }]);
    assert.deepEqual([hostConfig.dns, hostConfig.dnsOptions, hostConfig.dnsSearch], [['1.1.1.1'], ['x'], ['a.b']]);
    assert.deepEqual(
      [hostConfig.extraHosts, Object.fromEntries(hostConfig.sysctls)],
      [['a:1.2.3.4'], { 'net.a': '1' }],
    );
    assert.deepEqual(hostConfig.restartPolicy, { name: 'on-failure', maximumRetryCount: 3 });
  });

  it('may deserve a warning', () => {
    assert.deepEqual(asked('--oom-kill-disable', '--dns', '1.1.1.1', '--dns', '127.0.0.1').warnings, [
      "WARNING: Disabling the OOM killer on containers without setting a '-m/--memory' limit may be dangerous.",
      'WARNING: Localhost DNS setting (--dns=127.0.0.1) may fail in containers.',
    ]);
    assert.deepEqual(asked('--oom-kill-disable', '-m', '64m').warnings, []);
  });
});

describe('what the client finds wrong with docker run', () => {
  it('is said in its words', () => {
    const userOnly = 'are only supported for user-defined networks';
    const cases: [args: string, fault: string][] = [
      ['--mac-address x', 'x is not a valid mac address'],
      ['--memory-swappiness 101', 'invalid value: 101. Valid memory swappiness range is 0-100'],
      ['-p x', 'Invalid containerPort: x'],
      ['--env-file nosuch', 'open nosuch: no such file or directory'],
      ['--label-file nosuch', 'open nosuch: no such file or directory'],
      ['--pid x', '--pid: invalid PID mode'],
      ['--pid container:', '--pid: invalid PID mode'],
      ['--uts x', '--uts: invalid UTS mode'],
      ['--userns x', '--userns: invalid USER mode'],
      ['--cgroupns x', '--cgroupns: invalid CGROUP mode'],
      ['--restart a:b', 'maximum retry count must be an integer'],
      ['--restart a:1:2', 'invalid restart policy format'],
      ['--log-driver none --log-opt a=b', 'invalid logging opts for driver none'],
      ['--security-opt x', 'Invalid --security-opt: "x"'],
      ['--storage-opt x', 'invalid storage option'],
      ['--no-healthcheck --health-cmd x', '--no-healthcheck conflicts with --health-* options'],
      ['--health-interval -1s', '--health-interval cannot be negative'],
      ['--health-timeout -1s', '--health-timeout cannot be negative'],
      ['--health-retries -1', '--health-retries cannot be negative'],
      ['--health-start-period -1s', '--health-start-period cannot be negative'],
      ['--rm --restart always', 'Conflicting options: --restart and --rm'],
      ['--network=', 'no name set for network'],
      ['--network a --network a', 'network "a" is specified multiple times'],
      ['--network bridge --network-alias x', `network-scoped aliases ${userOnly}`],
      ['--network none --link x', `links ${userOnly}`],
      [
        '--network name=a,alias=x --network-alias y',
        'conflicting options: cannot specify both --network-alias and per-network alias',
      ],
      [
        '--network a --network host',
        'conflicting options: cannot attach both user-defined and non-user-defined network-modes',
      ],
    ];
    for (const [args, fault] of cases) assert.equal(ask(...args.split(' ')), fault, args);
    assert.equal(
      ask('--security-opt', 'seccomp=/nosuch'),
      'opening seccomp profile (/nosuch) failed: open /nosuch: no such file or directory',
    );
  });

  it('is the first of several in its order', () => {
    assert.equal(ask('-p', 'x', '--mac-address', 'x'), 'x is not a valid mac address');
    assert.equal(ask('--network=', '-p', 'x'), 'Invalid containerPort: x');
    assert.equal(ask('--rm', '--restart', 'always', '--pid', 'x'), '--pid: invalid PID mode');
  });

  it('is nothing where only the engine knows', () => {
    for (const args of ['--restart bogus', '--restart=', '--rm --restart no', '--ip x', '--pid host', '--ipc bogus']) {
      assert.equal(typeof ask(...args.split(' ')), 'object', args);
    }
  });
});
