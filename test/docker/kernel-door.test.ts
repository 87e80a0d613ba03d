import assert from 'node:assert/strict';
import { DaemonError } from '../../src/docker/errors.ts';
import { tryLine, typeLine } from '../../src/docker/kernel-door.ts';
import { RecordingDoor } from './recording-door.ts';

describe('lines for the door', () => {
  it('that must succeed end in the answer of the kernel when they fail', () => {
    const door = new RecordingDoor();
    typeLine(door, 'ip link set docker0 up');
    assert.deepEqual(door.lines, ['ip link set docker0 up']);
    door.refuse = /docker0/;
    assert.throws(() => {
      typeLine(door, 'ip link set docker0 up');
    }, new DaemonError('no: ip link set docker0 up'));
  });

  it('that may fail say whether they did', () => {
    const door = new RecordingDoor();
    assert.equal(tryLine(door, 'ip link del vethaaaaaaa'), true);
    door.refuse = /veth/;
    assert.equal(tryLine(door, 'ip link del vethaaaaaaa'), false);
  });
});
