import assert from 'node:assert/strict';
import { loadScenario } from '../../src/scenario/load.ts';
import { ownImages } from '../../src/scenario/own-images.ts';
import type { RunResult } from '../../src/scenario/result.ts';
import { Run } from '../../src/scenario/run.ts';

const HEAD = `hosts: { a: { address: 10.0.0.1/24 } }
images:
  shop:
    listen:
      - { tcp: 80, http: "hello\\n", headers: { X-Shop: open } }
      - { tcp: 81, size: 1kB, http: "top\\n", delay: 2s, keep-alive: false }
      - { tcp: 82, http: no, status: 503 }
      - { tcp: 7 }
      - { udp: 7, delay: 1s }
  quay.io/team/idle:2:
`;

function run(steps: string): RunResult {
  const plan = loadScenario('x.yaml', new TextEncoder().encode(`${HEAD}steps:\n${steps}`));
  const running = new Run(plan, { queue: 'heap', captures: 'none', store: null, hash: false, keepGoing: true });
  while (running.advance(100_000));
  return running.result();
}

const step = (command: string): string => `  - { on: a, run: ${JSON.stringify(command)}, expect: { exit: any } }\n`;

describe('images of a scenario', () => {
  it('run the servers that the file describes', () => {
    const url = 'http://172.17.0.2';
    const commands = [
      'docker run -d --name web shop > /dev/null',
      `curl -si ${url}/`,
      `curl -s -o /dev/null -w '%{http_code} %{size_download} %{time_total}' ${url}:81/`,
      `curl -s ${url}:81/ | head -n 2`,
      `curl -s -w ' %{http_code}' ${url}:82/ ${url}:82/`,
      'printf one | nc -N 172.17.0.2 7',
      'printf two | nc -u -W 1 172.17.0.2 7; date +%s',
      `curl -s -d body ${url}/`,
      'docker logs web | tail -n 1',
      'docker ps --format "{{.Image}} {{.Command}} {{.Ports}}"',
      'docker stop web; docker inspect -f "{{.State.ExitCode}}" web',
    ];
    const { steps } = run(commands.map(step).join(''));
    const outputs = steps.map(({ stdout }) => stdout);
    assert.match(outputs[1]!, /^HTTP\/1\.1 200 OK\r\n[^]*Content-Length: 6\r\n[^]*X-Shop: open\r\n\r\nhello\n$/);
    assert.match(outputs[2]!, /^200 1000 2\.000\d\d\d$/);
    assert.match(outputs[3]!, /^top\nefghijk/);
    assert.equal(outputs[4], 'no 503no 503');
    assert.equal(outputs[5], 'one');
    assert.match(outputs[6]!, /^two/);
    assert.equal(outputs[7], 'hello\n');
    assert.equal(outputs[8], '172.17.0.1 "POST / HTTP/1.1" 200 6\n');
    assert.equal(outputs[9], 'shop "shop" 7/tcp, 80-82/tcp, 7/udp\n');
    assert.equal(outputs[10], 'web\n0\n');
  });

  it('may have no servers, and names like any other', () => {
    const commands = ['docker run -d --name c1 quay.io/team/idle:2', 'docker ps --format "{{.Image}} {{.Command}}"'];
    const { steps } = run(commands.map(step).join(''));
    assert.equal(steps[1]!.stdout, 'quay.io/team/idle:2 "idle"\n');
    const [image] = ownImages([{ name: 'team/tool:1', listen: [], line: 1, col: 1 }]);
    assert.deepEqual([image!.name, image!.tag, image!.command], ['team/tool', '1', ['tool']]);
  });

  it('say which port they cannot have', () => {
    const commands = ['docker run -d --network host shop', 'docker run --network host --name two shop'];
    const { steps } = run(commands.map(step).join(''));
    assert.deepEqual([steps[1]!.exit, steps[1]!.stderr], [1, 'shop: tcp port 80: Address already in use\n']);
  });
});
