import assert from 'node:assert/strict';
import { Lab, SECOND } from '../lab.ts';
import { recorded } from '../recordings.ts';

describe('docker run', () => {
  it('-itd prints the whole id and leaves a container that runs', () => {
    const lab = new Lab();
    const containerId = lab.ok('run -itd --name=c1 busybox');
    assert.match(containerId, /^[0-9a-f]{64}$/);
    assert.ok(lab.engine.getContainer(containerId).isRunning);
  });

  it('-d without a terminal stops at once: the shell reads the end of its input', () => {
    const lab = new Lab();
    lab.ok('run -d --name c1 busybox');
    assert.equal(lab.engine.getContainer('c1').status, 'exited');
    for (const options of ['-id', '-td']) {
      assert.ok(lab.engine.getContainer(lab.ok(`run ${options} busybox`)).isRunning, options);
    }
  });

  it('-it ends when the terminal is at its end, and without -t or -i there is nothing to read', () => {
    const lab = new Lab();
    assert.deepEqual(lab.docker('run -it busybox'), { exit: 0, stdout: '', stderr: '' });
    assert.deepEqual(lab.docker('run busybox'), { exit: 0, stdout: '', stderr: '' });
    assert.match(lab.ok('run -it busybox whoami'), / stdin eof TERM=xterm$/);
    assert.match(lab.ok('run busybox whoami'), / stdin null TERM=$/);
    assert.match(lab.ok('run -t busybox whoami'), / stdin open TERM=xterm$/);
  });

  it('relays both outputs and the exit code', () => {
    const lab = new Lab();
    assert.deepEqual(lab.docker('run busybox echo hi there'), { exit: 0, stdout: 'hi there\n', stderr: '' });
    assert.deepEqual(lab.docker('run busybox complain no'), { exit: 3, stdout: '', stderr: 'no\n' });
    assert.deepEqual(lab.docker('run -t busybox complain no'), { exit: 3, stdout: 'no\n', stderr: '' });
  });

  it('takes as long as its program, and --rm removes the container', () => {
    const lab = new Lab();
    lab.ok('run --rm --name c1 busybox sleep 5');
    assert.equal(lab.sched.now, 5 * SECOND);
    assert.equal(lab.ok('ps -aq'), '');
    lab.ok('run --rm --name c1 busybox sleep 5');
  });

  it('is also docker container run, with --net for --network', () => {
    const lab = new Lab();
    lab.ok('container run -d --net host --name c1 busybox sleep 9');
    assert.equal(lab.ok("inspect -f '{{.HostConfig.NetworkMode}}' c1"), 'host');
  });

  it('hands signals on to the container', () => {
    const lab = new Lab();
    const client = lab.start('run --name c1 busybox server');
    client.proc.kill('SIGTERM');
    lab.wait(3 * SECOND);
    assert.deepEqual([client.proc.exitCode, client.stdout], [7, 'goodbye\n']);
  });

  it('leaves the container alone when the client is killed', () => {
    const lab = new Lab();
    const client = lab.start('run --name c1 busybox server');
    client.proc.kill('SIGKILL');
    assert.ok(lab.engine.getContainer('c1').isRunning);
    lab.engine.getContainer('c1').process!.kill('SIGTERM');
    lab.wait(3 * SECOND);
    assert.deepEqual([client.stdout, lab.engine.getContainer('c1').exitCode], ['', 7]);
  });
});

describe('docker run refuses', () => {
  const errors = 'single/05-errors.txt';

  it('a command that does not exist, as recorded', function () {
    const { text, exit } = recorded(this, errors, 'docker run --rm bb nosuchcmd');
    assert.deepEqual(new Lab().docker('run --rm bb nosuchcmd'), { exit, stdout: '', stderr: text });
    const { stderr } = new Lab().docker('run --rm bb /bin/nosuch');
    assert.match(stderr, /process: exec: "\/bin\/nosuch": stat \/bin\/nosuch: no such file or directory: unknown\.\n$/);
  });

  it('an image that is not there, as recorded on a host with a name server', function () {
    const { text, exit } = recorded(this, errors, 'docker run --rm nosuchimage true');
    const lab = new Lab({ resolvConf: 'nameserver 192.168.50.100\n' });
    assert.deepEqual(lab.docker('run --rm nosuchimage true'), { exit, stdout: '', stderr: text });
  });

  it('a name that is taken, as recorded', function () {
    const { text, exit } = recorded(this, errors, 'docker run --rm --name web bb true');
    const lab = new Lab();
    const holder = lab.ok('run -d --name web bb');
    const answer = lab.docker('run --rm --name web bb true');
    assert.deepEqual(answer, { exit, stdout: '', stderr: text.replace(/[0-9a-f]{64}/, holder) });
  });

  it('names that are none', () => {
    const text =
      'docker: Error response from daemon: Invalid container name (a), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed.\n';
    const answer = { exit: 125, stdout: '', stderr: `${text}See 'docker run --help'.\n` };
    assert.deepEqual(new Lab().docker('run --name a busybox'), answer);
    assert.equal(new Lab().docker("run --name 'a b' busybox").exit, 125);
  });

  it('a network that is not there, after it has made the container', function () {
    const { text, exit } = recorded(this, errors, 'docker run --rm --network nosuch bb true');
    const answer = new Lab().docker('run --rm --network nosuch bb true');
    // With --rm the client's own log line comes from a race; it lost this one.
    const timeless = (each: string): string => each.replace(/^time="[^"]*"/m, 'time=""');
    assert.deepEqual([answer.exit, timeless(answer.stderr)], [exit, timeless(text)]);
    const lab = new Lab();
    const detached = lab.docker('run -d --name c1 --network nosuch busybox');
    assert.equal(detached.stdout, `${lab.engine.getContainer('c1').id}\n`);
  });

  it('what is no image name, and an empty network', () => {
    const refusals: [line: string, text: string][] = [
      ['run BusyBox', 'invalid reference format: repository name must be lowercase'],
      ["run ''", 'invalid reference format'],
      ['run --network= busybox', 'no name set for network'],
    ];
    for (const [line, text] of refusals) {
      const answer = { exit: 125, stdout: '', stderr: `docker: ${text}.\nSee 'docker run --help'.\n` };
      assert.deepEqual(new Lab().docker(line), answer);
    }
  });

  it('what Dockwire lacks: a program, a value', () => {
    const lab = new Lab();
    const cases: [line: string, text: string][] = [
      ['run -d alpine tail -f /dev/null', 'tail: not supported by Dockwire; supported: cat complain echo '],
      ['run --user nobody busybox', 'docker run --user nobody: not supported by Dockwire; supported: root\n'],
    ];
    for (const [line, text] of cases) {
      const { exit, stderr } = lab.docker(line);
      assert.equal(exit, 127, line);
      assert.ok(stderr.startsWith(text), stderr);
    }
    assert.equal(lab.ok('ps -aq'), '');
  });

  it('what the client or the engine finds wrong with options', () => {
    const hint = "See 'docker run --help'.\n";
    const cases: [line: string, exit: number, stderr: string][] = [
      ['run --mac-address x busybox', 125, `docker: x is not a valid mac address.\n${hint}`],
      ['run -m 5m busybox', 125, `docker: Error response from daemon: Minimum memory limit allowed is 6MB.\n${hint}`],
      ['run --network n --ip x busybox', 125, `docker: Error response from daemon: invalid IPv4 address: x.\n${hint}`],
      [
        'run --net a --network b busybox',
        125,
        `docker: Error response from daemon: Container cannot be connected to network endpoints: a, b.\n${hint}`,
      ],
    ];
    for (const [line, exit, stderr] of cases) {
      const lab = new Lab();
      assert.deepEqual(lab.docker(line), { exit, stdout: '', stderr }, line);
      assert.equal(lab.ok('ps -aq'), '');
    }
  });
});

describe('docker run keeps', () => {
  it('what it was asked for, and shows it', () => {
    const lab = new Lab();
    lab.ok(
      'run -d --name c1 -e A=1 -l x=y -m 64m --cap-add NET_ADMIN --tmpfs /x --mac-address 92-d0-c6-0a-29-33 busybox',
    );
    const show = (path: string): string => lab.ok(`inspect -f '{{json .${path}}}' c1`).trim();
    assert.equal(show('Config.Labels'), '{"x":"y"}');
    assert.match(show('Config.Env'), /^\["A=1",/);
    assert.equal(show('HostConfig.MemorySwap'), String(128 * 1024 * 1024));
    assert.equal(show('HostConfig.CapAdd'), '["NET_ADMIN"]');
    assert.equal(show('HostConfig.Tmpfs'), '{"/x":""}');
    assert.equal(show('Config.MacAddress'), '"92-d0-c6-0a-29-33"');
  });

  it('what deserves a warning', () => {
    const answer = new Lab().docker('run --oom-kill-disable --dns 127.0.0.1 busybox echo hi');
    const warnings = answer.stderr.split('\n').map((line) => line.slice(0, 22));
    assert.deepEqual(warnings, ['WARNING: Disabling the', 'WARNING: Localhost DNS', 'WARNING: OOM killer is', '']);
    assert.deepEqual([answer.exit, answer.stdout], [0, 'hi\n']);
  });
});
