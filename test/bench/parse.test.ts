import assert from 'node:assert/strict';
import { parseCollected } from '../../bench/instructions.ts';
import { findPrototype, parsePrototype } from '../../bench/prototype.ts';

describe('what other programs print', () => {
  it('is read from the line of the prototype', () => {
    const line =
      'proto W1 pcap=0 cksum=1 tx=300001 rx=300001 drops=0 warm=0.000 run=0.080 cpu=0.100 ev=900000 hops=600000 | ' +
      'pps=3650898 ns/pkt=274 ns/hop=137 ns/ev=91 pcapMBs=0 rssMB=52\n';
    assert.deepEqual(parsePrototype(line), { wallNs: 274, cpuNs: 342.5 });
  });

  it('is refused when it is another', () => {
    assert.throws(() => parsePrototype('proto W9'), /the prototype printed no ns\/pkt: proto W9/);
    assert.throws(() => parseCollected('Segmentation fault'), /callgrind printed no count/);
  });

  it('is read from the summary of callgrind', () => {
    assert.equal(parseCollected('==12== Events    : Ir\n==12== Collected : 1234567\n'), 1_234_567);
  });
});

describe('the prototype', () => {
  const before = process.env['DOCKWIRE_SHARED'];
  afterEach(() => {
    if (before === undefined) delete process.env['DOCKWIRE_SHARED'];
    else process.env['DOCKWIRE_SHARED'] = before;
  });

  it('is not there where DOCKWIRE_SHARED leads nowhere', () => {
    process.env['DOCKWIRE_SHARED'] = 'no/such/folder';
    assert.equal(findPrototype(), undefined);
  });
});
