import assert from 'node:assert/strict';
import { Lab, SECOND } from '../lab.ts';

function labWith(name: string): Lab {
  const lab = new Lab();
  lab.ok(`run -itd --name ${name} busybox`);
  return lab;
}

describe('docker exec', () => {
  it('runs a command beside the first process, with the same name and files', () => {
    const lab = labWith('c1');
    const hostname = lab.engine.getContainer('c1').id.slice(0, 12);
    assert.equal(lab.ok('exec c1 whoami'), `${hostname} pid 2 stdin null TERM=`);
    assert.equal(lab.ok('exec -it c1 whoami'), `${hostname} pid 3 stdin eof TERM=xterm`);
    assert.equal(lab.ok('container exec -t c1 whoami'), `${hostname} pid 4 stdin open TERM=xterm`);
  });

  it('relays both outputs and the exit code, and takes its time', () => {
    const lab = labWith('c1');
    assert.deepEqual(lab.docker('exec c1 complain no'), { exit: 3, stdout: '', stderr: 'no\n' });
    assert.deepEqual(lab.docker('exec -t c1 complain no'), { exit: 3, stdout: 'no\n', stderr: '' });
    lab.ok('exec c1 sleep 3');
    assert.equal(lab.sched.now, 3 * SECOND);
  });

  it('-d says nothing and does not wait', () => {
    const lab = labWith('c1');
    assert.equal(lab.ok('exec -d c1 sleep 100'), '');
    assert.equal(lab.sched.now, 0);
    assert.equal(lab.ok('exec -d c1 echo unheard'), '');
  });

  it('of a missing command ends with 126 and the words of the runtime', () => {
    const cause = 'exec: "nosuch": executable file not found in $PATH: unknown';
    const words = `OCI runtime exec failed: exec failed: unable to start container process: ${cause}`;
    const lab = labWith('c1');
    assert.deepEqual(lab.docker('exec -it c1 nosuch'), { exit: 126, stdout: `${words}\r\n`, stderr: '' });
    const detached = { exit: 1, stdout: '', stderr: `Error response from daemon: ${words}\n` };
    assert.deepEqual(lab.docker('exec -d c1 nosuch'), detached);
  });

  it('says what Dockwire lacks of the programs that the image has, and marks the run', () => {
    const lab = labWith('c1');
    const { exit, stderr } = lab.docker('exec -it c1 ifconfig');
    assert.equal(exit, 127);
    assert.match(stderr, /^ifconfig: not supported by Dockwire; supported: cat complain /);
    assert.ok(lab.host.processes.sawUnsupported);
  });

  it('needs a container, and one that runs', () => {
    const lab = labWith('c1');
    assert.deepEqual(lab.docker('exec c9 true'), { exit: 1, stdout: '', stderr: 'Error: No such container: c9\n' });
    lab.ok('stop -t 0 c1');
    const refusal = `Error response from daemon: Container ${lab.engine.getContainer('c1').id} is not running\n`;
    assert.deepEqual(lab.docker('exec c1 echo x'), { exit: 1, stdout: '', stderr: refusal });
  });

  it('goes on in the container when the client is killed', () => {
    const lab = labWith('c1');
    const client = lab.start('exec c1 server');
    client.proc.kill('SIGKILL');
    const server = lab.host.processes.all.find((proc) => proc.argv[0] === 'server')!;
    server.kill('SIGTERM');
    lab.wait(3 * SECOND);
    assert.deepEqual([server.exitCode, client.stdout], [7, '']);
  });
});
