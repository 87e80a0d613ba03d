import assert from 'node:assert/strict';
import { formatMac, ip4 } from '../../src/base/addr.ts';
import { Ids, macOfAddress, shortId } from '../../src/docker/ids.ts';
import { Rng } from '../../src/sim/rng.ts';

const DRAWS = 2000 * Number(process.env['DOCKWIRE_EFFORT'] ?? 1);

describe('ids', () => {
  it('have 64 hexadecimal digits, differ, and are the same for the same seed', () => {
    const first = new Ids(Rng.fromSeed(7));
    const second = new Ids(Rng.fromSeed(7));
    const seen = new Set<string>();
    for (let i = 0; i < DRAWS; i++) {
      const drawn = first.next();
      assert.match(drawn, /^[0-9a-f]{64}$/);
      assert.equal(second.next(), drawn);
      seen.add(drawn);
    }
    assert.equal(seen.size, DRAWS);
    assert.notEqual(new Ids(Rng.fromSeed(8)).next(), new Ids(Rng.fromSeed(7)).next());
  });

  it('never have a number for a short form', () => {
    // Of 12 digits all are decimal in 1 of 282; so many draws would have met some.
    const ids = new Ids(Rng.fromSeed(1));
    for (let i = 0; i < DRAWS; i++) assert.match(shortId(ids.next()), /[a-f]/);
  });

  it('of one kind do not shift what another kind draws', () => {
    const alone = new Ids(Rng.fromSeed(3));
    const mixed = new Ids(Rng.fromSeed(3));
    mixed.next();
    mixed.bridgeMac();
    mixed.containerName('', () => false);
    assert.equal(mixed.vethName(), alone.vethName());
  });
});

describe('generated names', () => {
  it('are an adjective and a surname, with a digit once the first is taken', () => {
    const ids = new Ids(Rng.fromSeed(1));
    assert.match(
      ids.containerName('0'.repeat(64), () => false),
      /^[a-z]+_[a-z]+$/,
    );
    let tries = 0;
    const third = ids.containerName('0'.repeat(64), () => ++tries < 3);
    assert.match(third, /^[a-z]+_[a-z]+\d$/);
  });

  it('give way to the short id after six vain tries', () => {
    let tries = 0;
    const name = new Ids(Rng.fromSeed(1)).containerName('abcdef0123456789', () => {
      tries++;
      return true;
    });
    assert.equal(name, 'abcdef012345');
    assert.equal(tries, 6);
  });
});

describe('addresses and link names', () => {
  it("a container's MAC is 02:42 and its address", () => {
    assert.equal(formatMac(macOfAddress(ip4('172.17.0.2'))), '02:42:ac:11:00:02');
    assert.equal(formatMac(macOfAddress(ip4('10.99.0.128'))), '02:42:0a:63:00:80');
  });

  it("a bridge's MAC is 02:42 and random", () => {
    const ids = new Ids(Rng.fromSeed(1));
    const first = formatMac(ids.bridgeMac());
    assert.match(first, /^02:42(:[0-9a-f]{2}){4}$/);
    assert.notEqual(formatMac(ids.bridgeMac()), first);
  });

  it('veth names have 7 hexadecimal digits, and none comes twice', () => {
    const ids = new Ids(Rng.fromSeed(1));
    const names = Array.from({ length: DRAWS }, () => ids.vethName());
    for (const name of names) assert.match(name, /^veth[0-9a-f]{7}$/);
    assert.equal(new Set(names).size, DRAWS);
  });
});
