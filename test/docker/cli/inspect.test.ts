import assert from 'node:assert/strict';
import { Lab } from '../lab.ts';

describe('docker inspect', () => {
  it('finds containers before networks, and says when there is neither', () => {
    const lab = new Lab();
    lab.ok('run -d --name none busybox');
    const found = JSON.parse(lab.ok('inspect none bridge')) as [{ Path?: string }, { Driver?: string }];
    assert.deepEqual([found[0].Path, found[1].Driver], ['sh', 'bridge']);
    assert.deepEqual(lab.docker('inspect nosuch'), {
      exit: 1,
      stdout: '[]\n',
      stderr: 'Error: No such object: nosuch\n',
    });
    const part = lab.docker("inspect -f '{{.Name}}' nosuch none other");
    const errors = 'Error: No such object: nosuch\nError: No such object: other\n';
    assert.deepEqual(part, { exit: 1, stdout: '/none\n', stderr: errors });
  });

  it('words a template that does not fit as the client does', () => {
    const lab = new Lab();
    lab.ok('run -d --name c1 busybox');
    const fault = 'template parsing error: template: :1:2: executing "" at <.Foo>: map has no entry for key "Foo"\n';
    assert.deepEqual(lab.docker("inspect -f '{{.Foo}}' c1"), { exit: 1, stdout: '\n', stderr: fault });
  });

  it('says what it cannot print, and marks the run', () => {
    const lab = new Lab();
    lab.ok('run -d --name c1 busybox');
    const range = lab.docker("inspect -f '{{range .Args}}x{{end}}' c1");
    assert.equal(range.exit, 127);
    assert.match(
      range.stderr,
      /^docker inspect --format with \{\{range \.Args\}\}: not supported by Dockwire; supported: /,
    );
    const whole = lab.docker("inspect -f '{{.State}}' c1");
    assert.deepEqual([whole.exit, whole.stdout], [127, '']);
    assert.ok(lab.host.processes.sawUnsupported);
  });

  it('of an image is not there yet', () => {
    const { exit, stderr } = new Lab().docker('inspect busybox');
    assert.equal(exit, 127);
    assert.equal(
      stderr,
      'docker inspect busybox: not supported by Dockwire; supported: containers and networks, not images\n',
    );
  });

  it('of several ids with one beginning says so', () => {
    const lab = new Lab();
    const ids = Array.from({ length: 17 }, () => lab.ok('run -d busybox'));
    const digit = '0123456789abcdef'.split('').find((each) => ids.filter((full) => full.startsWith(each)).length > 1)!;
    const { exit, stderr } = lab.docker(`inspect ${digit}`);
    const refusal = `Error response from daemon: Multiple IDs found with provided prefix: ${digit}\n`;
    assert.deepEqual([exit, stderr], [1, refusal]);
  });
});

describe('docker container inspect', () => {
  it('knows containers only', () => {
    const lab = new Lab();
    lab.ok('run -d --name c1 busybox');
    assert.equal(lab.ok('container inspect c1'), lab.ok('inspect c1'));
    const answer = { exit: 1, stdout: '[]\n', stderr: 'Error: No such container: bridge\n' };
    assert.deepEqual(lab.docker('container inspect bridge'), answer);
  });
});
