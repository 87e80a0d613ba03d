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

  it('refuses a template that cannot be read before it looks for anything', () => {
    const lab = new Lab();
    const stderr = 'template parsing error: template: :1: unclosed action\n';
    for (const command of ['inspect', 'container inspect', 'network inspect']) {
      assert.deepEqual(lab.docker(`${command} -f '{{.Id' nosuch`), { exit: 64, stdout: '', stderr });
    }
  });

  it('prints by whole templates', () => {
    const lab = new Lab();
    lab.ok('run -d --name c1 busybox sleep 5');
    assert.equal(lab.ok('inspect -f \'{{range .Args}}[{{.}}]{{end}} {{len .Args | printf "%03d"}}\' c1'), '[5] 001');
    assert.equal(lab.ok("inspect -f '{{range $n, $e := .NetworkSettings.Networks}}{{$n}}{{end}}' c1"), 'bridge');
  });

  it('is strict about missing keys from the first document on that no typed template fits', () => {
    const lab = new Lab();
    lab.ok('run -d --name c1 busybox');
    const { exit, stdout, stderr } = lab.docker(
      "inspect -f '{{if .Config.Tty}}{{.Id}}{{end}}{{.Config.Labels.x}}' c1 c1",
    );
    assert.deepEqual([exit, stdout, stderr], [0, '<no value>\n<no value>\n', '']);
    const strict = lab.docker('inspect -f \'{{if eq .Name "/c1"}}{{.Id}}{{end}}{{.Config.Labels.x}}\' c1');
    assert.match(strict.stderr, /map has no entry for key "x"/);
  });

  it('looks only for what --type names', () => {
    const lab = new Lab();
    lab.ok('run -d --name c1 busybox');
    const answer = (words: string): string => {
      const { exit, stdout, stderr } = lab.docker(`inspect --type ${words}`);
      return `${exit} ${stdout}${stderr}`;
    };
    assert.equal(answer("container -f '{{.Name}}' c1"), '0 /c1\n');
    assert.equal(answer("network -f '{{.Name}}' bridge"), '0 bridge\n');
    assert.equal(answer('container bridge'), '1 []\nError: No such container: bridge\n');
    assert.equal(answer('network c1'), '1 []\nError: No such network: c1\n');
    assert.equal(answer('image c1'), '1 []\nError: No such image: c1\n');
    assert.equal(answer('volume c1'), '1 []\nError: No such volume: c1\n');
    assert.equal(answer('foo c1'), '1 "foo" is not a valid value for --type\n');
    assert.match(answer('node c1'), /^1 \[\]\nError response from daemon: This node is not a swarm manager\./);
  });

  it('adds sizes when asked, and says where it cannot', () => {
    const lab = new Lab();
    lab.ok('run -d --name c1 busybox');
    assert.equal(lab.ok("inspect -s -f '{{.SizeRw}} {{.SizeRootFs}}' c1"), '0 4261574');
    assert.equal(lab.ok("container inspect -f '{{.SizeRw}}' c1"), '<nil>');
    assert.deepEqual(lab.docker("inspect -s -f '{{.Name}}' bridge"), {
      exit: 0,
      stdout: 'bridge\n',
      stderr: 'WARNING: --size ignored for network\n',
    });
  });

  it('finds images between containers and networks, by name and by id', () => {
    const lab = new Lab();
    lab.ok('run -d --name alpine busybox');
    assert.equal(lab.ok("inspect -f '{{.Driver}} {{.Path}}' alpine"), 'overlay2 sh');
    assert.equal(
      lab.ok("inspect -f '{{.RepoTags}} {{.Config.Cmd}} {{.Architecture}}' busybox"),
      '[busybox:latest] [sh] amd64',
    );
    const id = lab.ok("image inspect -f '{{.ID}}' busybox:1.36");
    assert.equal(lab.ok(`inspect --type image -f '{{.Id}}' ${id.slice(7, 19)}`), id);
    const refusal =
      'Error response from daemon: no such image: UP: invalid reference format: repository name must be lowercase';
    assert.deepEqual(lab.docker('image inspect nosuch UP'), {
      exit: 1,
      stdout: '[]\n',
      stderr: `Error: No such image: nosuch\n${refusal}\n`,
    });
    assert.equal(lab.docker('inspect UP').stderr, 'Error: No such object: UP\n');
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
