import assert from 'node:assert/strict';
import { Lab, SECOND } from '../lab.ts';

/** What `docker events` says of the commands, without times; ids are ID. */
function told(commands: readonly string[], options = ''): string[] {
  const lab = new Lab();
  for (const command of commands) lab.docker(command);
  const text = lab.ok(`events --since 0 --until 0s ${options}`).replaceAll(/[0-9a-f]{64}/g, 'ID');
  return text.split('\n').map((line) => line.replace(/^\S+ /, ''));
}

const CONNECT = 'network connect ID (container=ID, name=bridge, type=bridge)';
const DISCONNECT = 'network disconnect ID (container=ID, name=bridge, type=bridge)';

/** Written down from a real engine. */
const STORIES: readonly (readonly [commands: readonly string[], events: readonly string[]])[] = [
  [
    ['run --name e1 bb echo', 'rm e1'],
    [
      'container create ID (image=bb, name=e1)',
      'container attach ID (image=bb, name=e1)',
      CONNECT,
      'container start ID (image=bb, name=e1)',
      'container die ID (exitCode=0, image=bb, name=e1)',
      DISCONNECT,
      'container destroy ID (image=bb, name=e1)',
    ],
  ],
  [
    ['run -d --name e1 -l a=b bb sleep 100', 'stop -t 1 e1', 'start e1', 'rm -f e1'],
    [
      'container create ID (a=b, image=bb, name=e1)',
      CONNECT,
      'container start ID (a=b, image=bb, name=e1)',
      'container kill ID (a=b, image=bb, name=e1, signal=15)',
      'container kill ID (a=b, image=bb, name=e1, signal=9)',
      'container die ID (a=b, exitCode=137, image=bb, name=e1)',
      DISCONNECT,
      'container stop ID (a=b, image=bb, name=e1)',
      CONNECT,
      'container start ID (a=b, image=bb, name=e1)',
      'container kill ID (a=b, image=bb, name=e1, signal=9)',
      'container die ID (a=b, exitCode=137, image=bb, name=e1)',
      DISCONNECT,
      'container destroy ID (a=b, image=bb, name=e1)',
    ],
  ],
  [
    ['run -d --name e1 bb sleep 100', 'exec e1 echo', 'exec e1 complain a b', 'exec e1 nosuch', 'top e1'],
    [
      'container create ID (image=bb, name=e1)',
      CONNECT,
      'container start ID (image=bb, name=e1)',
      'container exec_create: echo  ID (execID=ID, image=bb, name=e1)',
      'container exec_start: echo  ID (execID=ID, image=bb, name=e1)',
      'container exec_die ID (execID=ID, exitCode=0, image=bb, name=e1)',
      'container exec_create: complain a b ID (execID=ID, image=bb, name=e1)',
      'container exec_start: complain a b ID (execID=ID, image=bb, name=e1)',
      'container exec_die ID (execID=ID, exitCode=3, image=bb, name=e1)',
      'container exec_create: nosuch  ID (execID=ID, image=bb, name=e1)',
      'container exec_start: nosuch  ID (execID=ID, image=bb, name=e1)',
      'container top ID (image=bb, name=e1)',
    ],
  ],
  [
    ['run -d --name e1 bb sleep 100', 'pause e1', 'kill -s USR1 e1', 'rename e1 e2', 'pause e2', 'kill e2'],
    [
      'container create ID (image=bb, name=e1)',
      CONNECT,
      'container start ID (image=bb, name=e1)',
      'container pause ID (image=bb, name=e1)',
      'container kill ID (image=bb, name=e1, signal=10)',
      'container unpause ID (image=bb, name=e1)',
      'container rename ID (image=bb, name=e2, oldName=/e1)',
      'container pause ID (image=bb, name=e2)',
      'container kill ID (image=bb, name=e2, signal=9)',
      'container die ID (exitCode=137, image=bb, name=e2)',
      DISCONNECT,
    ],
  ],
  [
    ['run --name e1 bb nosuch', 'start e1', 'rm e1'],
    [
      'container create ID (image=bb, name=e1)',
      'container attach ID (image=bb, name=e1)',
      CONNECT,
      DISCONNECT,
      CONNECT,
      DISCONNECT,
      'container destroy ID (image=bb, name=e1)',
    ],
  ],
  [
    ['run --rm --name e1 --network nosuch bb echo', 'container prune -f'],
    [
      'container create ID (image=bb, name=e1)',
      'container attach ID (image=bb, name=e1)',
      'container destroy ID (image=bb, name=e1)',
      'container prune  (reclaimed=0)',
    ],
  ],
  [
    ['run --rm --name e1 --network none bb echo'],
    [
      'container create ID (image=bb, name=e1)',
      'container attach ID (image=bb, name=e1)',
      'network connect ID (container=ID, name=none, type=null)',
      'container start ID (image=bb, name=e1)',
      'container die ID (exitCode=0, image=bb, name=e1)',
      'network disconnect ID (container=ID, name=none, type=null)',
      'container destroy ID (image=bb, name=e1)',
    ],
  ],
];

describe('docker events', () => {
  it('tells the stories that a real engine tells', () => {
    for (const [commands, events] of STORIES) {
      const own = told(commands).filter((line) => !line.startsWith('network create'));
      assert.deepEqual(own, events, commands.join('; '));
    }
  });

  it('streams what comes until the time asked for', () => {
    const lab = new Lab();
    const client = lab.start('events --until 2025-01-01T00:00:05 --filter event=start');
    lab.ok('run -d --name e1 bb sleep 100');
    assert.match(
      client.stdout,
      /^2025-01-01T00:00:00\.000000000Z container start [0-9a-f]{64} \(image=bb, name=e1\)\n$/,
    );
    lab.wait(6 * SECOND);
    assert.equal(client.proc.exitCode, 0);
  });

  it('is filtered', () => {
    const commands = ['run -d --name e1 -l a=b bb sleep 100', 'exec e1 echo', 'run -d --name e2 busybox sleep 100'];
    const count = (options: string): number => told(commands, options).filter((line) => line !== '').length;
    const cases: [options: string, count: number][] = [
      ['--filter type=network --filter event=connect', 2],
      ['--filter container=e1', 5],
      ['--filter container=e1 --filter container=e2', 7],
      ['--filter label=a=b', 5],
      ['--filter image=busybox', 2],
      ['--filter event=exec_create', 1],
      ['--filter network=bridge --filter event=connect', 2],
      ['--filter foo=bar --filter type=image', 0],
    ];
    for (const [options, wanted] of cases) assert.equal(count(options), wanted, options);
  });

  it('is printed by a template, and refuses as a real client', () => {
    const lab = new Lab();
    lab.ok('create --name e1 bb');
    const id = lab.engine.getContainer('e1').id;
    const show = (format: string): string =>
      lab.ok(`events --since 0 --until 0s -f type=container --format '${format}'`);
    assert.equal(show('{{.Type}} {{.Action}} {{.Actor.Attributes.name}} {{.From}}'), 'container create e1 bb');
    assert.ok(show('{{json .}}').startsWith(`{"status":"create","id":"${id}","from":"bb","Type":"container",`));
    const { exit, stderr } = lab.docker('events --since foo');
    assert.deepEqual([exit, stderr], [1, 'failed to parse value as time or duration: "foo"\n']);
  });
});
