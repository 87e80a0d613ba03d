import assert from 'node:assert/strict';
import {
  environmentEntry,
  parseEnvironment,
  parseFilter,
  parseLabel,
  parseMapEntry,
  parseSysctl,
} from '../../../../src/docker/cli/values/pair.ts';
import { assertVectors } from './vectors.ts';

describe('names with values', () => {
  it('may be labels', () => {
    assertVectors(parseLabel, [
      ['x', { name: 'x', value: '' }],
      ['x=', { name: 'x', value: '' }],
      ['a=b=c', { name: 'a', value: 'b=c' }],
      ['\ta=1', { name: 'a', value: '1' }],
      ['a\nb', { name: 'a\nb', value: '' }],
      ['', "! invalid label '': empty name"],
      ['=1', "! invalid label '=1': empty name"],
      [' =1', "! invalid label ' =1': empty name"],
      ['a b=1', "! label 'a b' contains whitespaces"],
      [' a =1', "! label 'a ' contains whitespaces"],
    ]);
  });

  it('may be variables, whose value may be the client’s own', () => {
    assertVectors(parseEnvironment, [
      ['x', { name: 'x', value: undefined }],
      ['x=', { name: 'x', value: '' }],
      [' =1', { name: ' ', value: '1' }],
      ['=1', '! invalid environment variable: =1'],
      ['', '! invalid environment variable: '],
    ]);
    const lookup = (name: string): string | undefined => (name === 'HOME' ? '/root' : undefined);
    assert.deepEqual(
      ['HOME', 'HOME=x', 'NOSUCH', 'HOME='].map((text) => environmentEntry(text, lookup)),
      ['HOME=/root', 'HOME=x', 'NOSUCH', 'HOME='],
    );
  });

  it('may be filters', () => {
    assertVectors(parseFilter, [
      ['', undefined],
      [' Name = a b ', { name: 'name', value: 'a b' }],
      ['a=b=c', { name: 'a', value: 'b=c' }],
      ['=', { name: '', value: '' }],
      ['x', '! bad format of filter (expected name=value)'],
    ]);
  });

  it('may be entries of a map', () => {
    assert.deepEqual(parseMapEntry('a'), { name: 'a', value: '' });
    assert.deepEqual(parseMapEntry('a=b=c'), { name: 'a', value: 'b=c' });
  });

  it('may be sysctls of a namespace', () => {
    assertVectors(parseSysctl, [
      ['net.ipv4.ip_forward=1', { name: 'net.ipv4.ip_forward', value: '1' }],
      ['net.=', { name: 'net.', value: '' }],
      ['fs.mqueue.x=3', { name: 'fs.mqueue.x', value: '3' }],
      ['kernel.shm_rmid_forced=1', { name: 'kernel.shm_rmid_forced', value: '1' }],
    ]);
    for (const text of ['', 'x', 'net.x', 'kernel.shm=1', 'foo.x=1', '=1', 'network.x=1']) {
      assertVectors(parseSysctl, [[text, `! sysctl '${text}' is not whitelisted`]]);
    }
  });
});
