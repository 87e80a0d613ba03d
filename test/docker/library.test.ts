import assert from 'node:assert/strict';
import { dockerProgramToCheck } from '../../src/docker/cli/docker.ts';
import type { Image } from '../../src/docker/images.ts';
import { findProgram, imageId, isLackingProgram, parseReference } from '../../src/docker/images.ts';
import { libraryImages } from '../../src/docker/library.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { Run } from '../../src/scenario/run.ts';

function find(text: string): Image {
  const reference = parseReference(text);
  assert.ok(typeof reference !== 'string');
  const image = libraryImages().find(reference);
  assert.ok(image !== undefined, text);
  return image;
}

describe('the images of the library', () => {
  it('have the program that they begin with, and distinct ids', () => {
    const images = libraryImages().all();
    for (const image of images) {
      const words = [...(image.entrypoint ?? []), ...image.command];
      assert.ok(findProgram(image, words[0]!) !== undefined, `${image.name}: ${words[0]!}`);
    }
    assert.equal(new Set(images.map(imageId)).size, images.length);
  });

  it('have variants by the end of a tag', () => {
    assert.equal(find('nginx:1.27-alpine').tag, 'alpine');
    assert.equal(find('nginx:alpine').tag, 'alpine');
    assert.equal(find('nginx:1.25').tag, undefined);
    assert.equal(find('debian:bookworm-slim').name, 'debian');
  });

  it('have no network tools where the real ones have none', () => {
    const [debian, alpine] = [find('nginx'), find('nginx:alpine')];
    for (const word of ['ping', 'ip', 'ps', 'wget']) {
      assert.equal(findProgram(debian, word), undefined, word);
      assert.ok(!isLackingProgram(debian, word) && debian.programs.isWithout(word), word);
    }
    assert.ok(isLackingProgram(debian, 'awk'));
    assert.ok(findProgram(alpine, 'ping') !== undefined);
    assert.ok(findProgram(debian, '/docker-entrypoint.sh') !== undefined);
    assert.equal(findProgram(debian, '/other/docker-entrypoint.sh'), undefined);
  });

  it('may be joined and replaced by a scenario', () => {
    const own: Image = { ...find('busybox'), name: 'shop' };
    assert.ok(libraryImages([own]).names().includes('shop'));
    assert.deepEqual(libraryImages([{ ...own, name: 'nginx' }]).find({ ...REFERENCE })?.command, ['sh']);
  });
});

/** What each of these commands prints, typed one after the other on a host with an engine. */
function typed(...commands: string[]): string[] {
  const steps = commands.map((command) => `  - { on: a, run: ${JSON.stringify(command)}, expect: { exit: any } }\n`);
  const text = `hosts: { a: { address: 10.0.0.1/24 } }\nsteps:\n${steps.join('')}`;
  const plan = loadScenario('x.yaml', new TextEncoder().encode(text));
  const run = new Run(plan, { queue: 'heap', captures: 'none', store: null, hash: false, keepGoing: true });
  while (run.advance(100_000));
  return run.result().steps.map(({ stdout, stderr }) => stdout + stderr);
}

describe('web servers in containers', () => {
  it('start, answer, log and stop: nginx', () => {
    const outputs = typed(
      'docker run -d --name web nginx > /dev/null; docker ps --format "{{.Ports}} {{.Command}}"',
      'curl -s http://172.17.0.2/ | wc -c; curl -s -o /dev/null -w "%{http_code}" http://172.17.0.2/x',
      'docker exec web nginx -t; docker exec web nginx -v; docker exec web ping x',
      'docker exec web sh -c "echo new > /usr/share/nginx/html/index.html"; curl -s http://172.17.0.2/',
      'docker run --network container:web --name two nginx; docker inspect -f "{{.State.ExitCode}}" two',
      'docker exec web nginx -s quit; docker inspect -f "{{.State.ExitCode}} {{.Config.StopSignal}}" web',
      'sleep 1; docker logs web 2>&1 | tail -n 4',
    );
    assert.equal(outputs[0], '80/tcp "/docker-entrypoint.…"\n');
    assert.equal(outputs[1], '615\n404');
    assert.match(outputs[2]!, /syntax is ok\n.*test is successful\nnginx version: nginx\/[\d.]+\n$/);
    assert.match(outputs[2]!, /exec: "ping": executable file not found in \$PATH/);
    assert.equal(outputs[3], 'new\n');
    const refused = 'bind() to 0.0.0.0:80 failed (98: Address already in use)';
    assert.equal(outputs[4]!.split(`nginx: [emerg] ${refused}`).length, 7);
    assert.ok(outputs[4]!.includes('still could not bind()'));
    assert.match(outputs[5]!, /signal process started\n/);
    assert.match(outputs[6]!, /#\d+: exit\n.*SIGCHLD\) received from \d+\n.*exited with code 0\n.*#1: exit\n$/);
  });

  it('start, answer, log and stop: httpd', () => {
    const outputs = typed(
      'docker run -d --name web httpd > /dev/null; curl -s http://172.17.0.2/',
      'docker stop web; docker logs web 2>&1 | tail -n 2; docker inspect -f "{{.State.ExitCode}}" web',
      'docker run --rm httpd httpd -v',
    );
    assert.equal(outputs[0], '<html><body><h1>It works!</h1></body></html>\n');
    assert.match(outputs[1]!, /^web\n172\.17\.0\.1 .* 200 45\n.*caught SIGWINCH, shutting down gracefully\n0\n$/);
    assert.match(outputs[2]!, /^Server version: Apache\/2\.4\.62 \(Unix\)\n/);
  });

  it('so does redis', () => {
    const outputs = typed(
      'docker run -d --name db redis > /dev/null; docker ps --format "{{.Ports}} {{.Command}}"',
      'docker exec db redis-cli set a b; docker run --rm redis:alpine redis-cli -h 172.17.0.2 get a',
      'docker stop db; docker inspect -f "{{.State.ExitCode}}" db',
    );
    assert.deepEqual(outputs, ['6379/tcp "docker-entrypoint.s…"\n', 'OK\nb\n', 'db\n0\n']);
  });

  it('and so does postgres', () => {
    const outputs = typed(
      'docker run postgres 2>&1 | head -n 1',
      'docker run -d --name db -e POSTGRES_PASSWORD=secret postgres > /dev/null',
      'docker ps --format "{{.Ports}} {{.Command}}"',
      'docker exec db psql -U postgres -tAc "select 1"; docker exec db pg_isready',
      'docker run --rm -e PGPASSWORD=secret postgres psql -h 172.17.0.2 -U postgres -tAc "show server_version"',
      'docker stop db; docker inspect -f "{{.State.ExitCode}}" db',
    );
    assert.deepEqual(outputs, [
      'Error: Database is uninitialized and superuser password is not specified.\n',
      '',
      '5432/tcp "docker-entrypoint.s…"\n',
      '1\n/var/run/postgresql:5432 - accepting connections\n',
      '16.6 (Debian 16.6-1.pgdg120+1)\n',
      'db\n0\n',
    ]);
  });

  it('are asked from other images', () => {
    const outputs = typed(
      'docker run -d --name web python python3 -u -m http.server 80 > /dev/null',
      'docker run --rm curlimages/curl -s -o /dev/null -w "%{http_code}" http://172.17.0.2/',
      'docker run --rm nicolaka/netshoot bash -c "curl -sI 172.17.0.2 | head -n 1"',
      'docker logs web 2>/dev/null; docker images | grep -c curl',
    );
    assert.deepEqual(outputs.slice(1, 3), ['200', 'HTTP/1.0 200 OK\r\n']);
    assert.equal(outputs[3], 'Serving HTTP on 0.0.0.0 port 80 (http://0.0.0.0:80/) ...\n1\n');
  });
});

const REFERENCE = { name: 'nginx', tagged: 'nginx:latest', registryHost: '' };

describe('a look at docker commands before the run', () => {
  it('knows which programs the containers of named images have', () => {
    const docker = dockerProgramToCheck(libraryImages());
    const has = (line: string, name: string): boolean =>
      docker.commandPrograms!(line.split(' ')).get(name) !== undefined;
    assert.ok(has('run busybox ping', 'ping'));
    assert.ok(!has('run nginx ping', 'ping'));
    assert.ok(!has('exec web ping', 'ping'), 'nobody knows it yet');
    for (const line of ['run -d --name web nginx:alpine', 'create --name other debian']) {
      assert.equal(docker.check!(line.split(' ')), undefined);
    }
    assert.ok(has('exec web ping', 'ping'));
    assert.ok(!has('exec other ping', 'ping') && has('exec other bash', 'bash'));
    assert.ok(!has('ps', 'ping'));
  });
});
