import assert from 'node:assert/strict';
import { Lab, SECOND } from '../lab.ts';

const HEADER = 'CONTAINER ID   IMAGE     COMMAND   CREATED                  STATUS                  PORTS     NAMES';

describe('docker ps', () => {
  it('shows what runs, the youngest first, and with -a all', () => {
    const lab = new Lab();
    const [first, second] = [lab.ok('run -itd --name c1 busybox'), lab.ok('run -itd --name c2 alpine:3.19')];
    const third = lab.ok('run -d --name c3 busybox');
    assert.deepEqual(lab.ok('ps -q --no-trunc').split('\n'), [second, first]);
    assert.deepEqual(lab.ok('container ls -aq --no-trunc').split('\n'), [third, second, first]);
    assert.deepEqual(lab.ok('container list -q').split('\n'), [second.slice(0, 12), first.slice(0, 12)]);
    lab.ok('rm -f c2 c3');
    const row = 'busybox   "sh"      Less than a second ago   Up Less than a second             c1';
    assert.equal(lab.ok('ps'), `${HEADER}\n${first.slice(0, 12)}   ${row}`);
  });

  it('counts the age from the whole second of the creation, and the state from its own instant', () => {
    const lab = new Lab();
    lab.wait(0.6 * SECOND);
    lab.ok('run -d --name c1 busybox sleep 100');
    lab.wait(0.5 * SECOND);
    assert.match(lab.ok('ps'), / 1 second ago {3}Up Less than a second /);
    lab.wait(60 * SECOND);
    assert.match(lab.ok('ps'), / About a minute ago {3}Up About a minute /);
    lab.wait(60 * SECOND);
    assert.match(lab.ok('ps -a'), / 2 minutes ago {3}Exited \(0\) 20 seconds ago /);
  });

  it('shows the other states', () => {
    const lab = new Lab();
    lab.docker('run busybox complain x');
    lab.docker('run busybox nosuch');
    const states = lab.ok('ps -a').split('\n').slice(1);
    assert.match(states[0]!, / Created /);
    assert.match(states[1]!, / Exited \(3\) Less than a second ago /);
  });

  it('cuts and quotes commands, and shows images as typed', () => {
    const lab = new Lab();
    lab.ok("run -d docker.io/library/busybox sleep 1 'two words' and more");
    assert.match(lab.ok('ps'), / {3}busybox {3}"sleep 1 'two words'…" /);
    assert.match(lab.ok('ps --no-trunc'), / {3}docker\.io\/library\/busybox {3}"sleep 1 'two words' and more" /);
  });

  it('shows the names that links give only in full', () => {
    const lab = new Lab();
    lab.ok('run -d --name db busybox sleep 9');
    lab.ok('run -d --name web busybox sleep 9');
    const child = lab.engine.getContainer('db');
    lab.engine.getContainer('web').links.push({ child, alias: 'd' }, { child, alias: 'db' });
    assert.equal(lab.ok("ps --no-trunc --format '{{.Names}}'"), 'web\ndb,web/d,web/db');
    assert.equal(lab.ok("ps --format '{{.Names}}'"), 'web\ndb');
  });

  it('prints by formats, and with sizes where they are asked for', () => {
    const lab = new Lab();
    const id = lab.ok('run -d --name c1 busybox sleep 9').slice(0, 12);
    assert.equal(lab.ok("ps --format '{{.ID}}: {{.Command}}'"), `${id}: "sleep 9"`);
    assert.equal(lab.ok("ps --format 'table {{.Names}}\\t{{.State}}'"), 'NAMES     STATE\nc1        running');
    assert.equal(lab.ok("ps --format '{{.Size}} {{.Networks}}'"), '0B (virtual 4.26MB) bridge');
    assert.match(lab.ok('ps -s'), / {3}NAMES {5}SIZE\n.* {3}c1 {8}0B \(virtual 4\.26MB\)$/);
    assert.equal(lab.ok('ps -q --format table'), id);
    assert.deepEqual(lab.docker("ps --format '{{slice .ID 0 4}}'"), {
      exit: 1,
      stdout: '',
      stderr:
        'failed to execute template: template: :1:2: executing "" at <slice .ID 0 4>: ' +
        'error calling slice: index out of range: 4\n',
    });
  });
});
