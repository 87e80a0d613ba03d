import assert from 'node:assert/strict';
import { Lab } from '../lab.ts';

/** What was told of networks, as `action name type`. */
function told(lab: Lab): string[] {
  return lab.engine.events.past
    .filter((event) => event.type === 'network')
    .map(({ action, actorId, attributes }) => {
      assert.match(actorId, action === 'prune' ? /^$/ : /^[0-9a-f]{64}$/);
      return `${action} ${Object.entries(attributes).flat().join(' ')}`;
    });
}

describe('events of networks', () => {
  it('tell what was made and removed, not what the engine made itself', () => {
    const lab = new Lab();
    assert.deepEqual(told(lab), []);
    lab.ok('network create ev1');
    lab.ok('network create --config-only ev2');
    assert.equal(lab.docker('network create -o com.docker.network.bridge.enable_icc=maybe ev3').exit, 1);
    assert.equal(lab.docker('network create --scope bogus ev4').exit, 1);
    lab.ok('network create evb');
    // Of one that keeps a configuration only the end is not told.
    lab.ok('network rm ev2 ev1');
    lab.ok('network prune -f');
    lab.ok('network prune -f');
    assert.deepEqual(told(lab), [
      'create name ev1 type bridge',
      'create name ev2 type null',
      'create name evb type bridge',
      'destroy name ev1 type bridge',
      'destroy name evb type bridge',
      'prune reclaimed 0',
      'prune reclaimed 0',
    ]);
  });
});

describe('the beginning of an id', () => {
  it('is refused when several networks have it, in each command’s words', () => {
    const lab = new Lab();
    for (let i = 0; i < 18; i++) lab.ok(`network create --subnet 10.${i}.0.0/24 n${i}`);
    const ids = [...lab.engine.networks.keys()];
    const digit = Array.from('0123456789abcdef').find((each) => ids.filter((id) => id.startsWith(each)).length > 1)!;
    const count = ids.filter((id) => id.startsWith(digit)).length;
    const matches = `${count} matches found based on ID prefix`;
    const refusal = `Error response from daemon: network ${digit} is ambiguous (${matches})\n`;
    const inspected = `Error response from daemon: ${matches}: network ${digit} is ambiguous\n`;
    assert.deepEqual(lab.docker(`network rm ${digit}`), { exit: 1, stdout: '', stderr: refusal });
    assert.deepEqual(lab.docker(`network inspect ${digit}`), { exit: 1, stdout: '[]\n', stderr: inspected });
    assert.deepEqual(lab.docker(`inspect ${digit}`), { exit: 1, stdout: '[]\n', stderr: inspected });
    // A name is meant before the beginning of an id, also one that looks like it.
    const short = ids.find((id) => !/^[0-9]/.test(id))!.slice(0, 5);
    lab.ok(`network create --subnet 10.30.0.0/24 ${short}`);
    assert.equal(lab.ok(`network inspect -f '{{.Name}}' ${short}`), short);
    lab.ok(`network rm ${short}`);
    assert.notEqual(lab.ok(`network inspect -f '{{.Name}}' ${short}`), short);
  });
});
