import {
  parseByteRate,
  parseCgroupRule,
  parseOperationRate,
  parseWeightDevice,
} from '../../../../src/docker/cli/values/device.ts';
import { assertVectors } from './vectors.ts';

describe('limits of devices', () => {
  it('are weights', () => {
    assertVectors(parseWeightDevice, [
      ['/dev/null:50', { path: '/dev/null', value: 50 }],
      ['/dev/null:0', { path: '/dev/null', value: 0 }],
      ['/dev/null:5', '! invalid weight for device: /dev/null:5'],
      ['/dev/null:x', '! invalid weight for device: /dev/null:x'],
      ['x', '! bad format: x'],
      ['x:50', '! bad format for device path: x:50'],
    ]);
  });

  it('are rates', () => {
    const format = 'The correct format is <device-path>:<number>';
    const positive = 'Number must be a positive integer';
    const units = 'Unit is optional and can be kb, mb, or gb';
    assertVectors(parseByteRate, [
      ['/dev/null:1m', { path: '/dev/null', value: 1024 * 1024 }],
      ['/dev/null:x', `! invalid rate for device: /dev/null:x. ${format}[<unit>]. ${positive}. ${units}`],
      ['x', '! bad format: x'],
    ]);
    assertVectors(parseOperationRate, [
      ['/dev/null:7', { path: '/dev/null', value: 7 }],
      ['/dev/null:1m', `! invalid rate for device: /dev/null:1m. ${format}. ${positive}`],
      ['x:1', '! bad format for device path: x:1'],
    ]);
  });

  it('are rules', () => {
    assertVectors(parseCgroupRule, [
      ['c 1:3 rwm', 'c 1:3 rwm'],
      ['a *:* r', 'a *:* r'],
      ['x', "! invalid device cgroup format 'x'"],
    ]);
  });
});
