import assert from 'node:assert/strict';
import fc from 'fast-check';
import { mac } from '../../../src/base/addr.ts';
import { Nic } from '../../../src/kernel/dev/nic.ts';
import type { NetDevice } from '../../../src/kernel/netdev.ts';
import { iptables } from '../../../src/kernel/nf/iptables.ts';
import { NF_ACCEPT, NF_DROP } from '../../../src/kernel/nf/hooks.ts';
import { packetAt } from '../../../src/kernel/nf/packet.ts';
import { testHeader } from '../../../src/kernel/nf/rule.ts';
import { compileProgram, ROW_WORDS } from '../../../src/kernel/nf/rule-program.ts';
import { NfTables } from '../../../src/kernel/nf/table.ts';
import { iptDoTable } from '../../../src/kernel/nf/traverse.ts';
import { Slab } from '../../../src/link/frame.ts';
import { makeHookState } from './hook-state.ts';

const ADDRESSES = ['10.0.0.1', '10.0.0.2', '10.0.1.1', '192.168.0.1', '255.255.255.255'];
const address = fc.constantFrom(...ADDRESSES);
const maybeNot = fc.constantFrom('', '! ');

/** Words about addresses, protocol and interfaces, each of them there or not. */
const ruleWords = fc
  .record({
    source: fc.option(fc.tuple(maybeNot, address, fc.constantFrom(32, 24, 8, 1))),
    destination: fc.option(fc.tuple(maybeNot, address, fc.constantFrom(32, 24, 8, 1))),
    protocol: fc.option(fc.tuple(maybeNot, fc.constantFrom('udp', 'tcp', '200', '255'))),
    inInterface: fc.option(fc.tuple(maybeNot, fc.constantFrom('eth0', 'eth+', 'lo'))),
    outInterface: fc.option(fc.tuple(maybeNot, fc.constantFrom('br0', 'br+', '+'))),
    fragment: fc.constantFrom('', '-f', '! -f'),
  })
  .map(({ source, destination, protocol, inInterface, outInterface, fragment }) => {
    const words = [
      source === null ? '' : `${source[0]}-s ${source[1]}/${source[2]}`,
      destination === null ? '' : `${destination[0]}-d ${destination[1]}/${destination[2]}`,
      protocol === null ? '' : `${protocol[0]}-p ${protocol[1]}`,
      inInterface === null ? '' : `${inInterface[0]}-i ${inInterface[1]}`,
      outInterface === null ? '' : `${outInterface[0]}-o ${outInterface[1]}`,
      fragment,
    ];
    return words.filter((word) => word !== '').join(' ');
  });

const state = makeHookState();

const names = ['eth0', 'eth1', 'lo', 'br0', 'br', 'b'];
const devices = new Map<string, NetDevice | null>([
  ['', null],
  ...names.map((name): [string, NetDevice] => [name, new Nic(state.ns, name, mac('02:00:00:00:00:01'), 1500)]),
]);

describe('rows of what rules ask first', () => {
  it('let the same packets through as the rules', () => {
    const slab = new Slab();
    const frame = slab.take(20);
    frame.tail = frame.l3 + 20;
    const { view } = slab;
    const packetWords = fc.record({
      source: address,
      destination: address,
      protocol: fc.constantFrom(17, 6, 200, 255),
      fragmentOffset: fc.constantFrom(0, 3),
      inName: fc.constantFrom('eth0', 'eth1', 'lo', ''),
      outName: fc.constantFrom('br0', 'br', 'b', ''),
    });
    fc.assert(
      fc.property(ruleWords, packetWords, (words, looks) => {
        const tables = new NfTables();
        assert.equal(
          iptables(
            tables,
            `-A FORWARD ${words} -j DROP`.split(' ').filter((word) => word !== ''),
          ).exit,
          0,
        );
        const chain = tables.find('filter')!.find('FORWARD')!;
        view.setUint8(frame.l3, 0x45);
        view.setUint8(frame.l3 + 9, looks.protocol);
        view.setUint16(frame.l3 + 6, looks.fragmentOffset);
        const bytesOf = (text: string): number[] => text.split('.').map(Number);
        [...bytesOf(looks.source), ...bytesOf(looks.destination)].forEach((byte, i) => {
          view.setUint8(frame.l3 + 12 + i, byte);
        });
        state.inDev = devices.get(looks.inName)!;
        state.outDev = devices.get(looks.outName)!;
        const expected = testHeader(chain.rules[0]!, packetAt(state, frame)) ? NF_DROP : NF_ACCEPT;
        assert.equal(iptDoTable(chain, state, frame), expected);
      }),
      { numRuns: 500 },
    );
  });

  it('are one for each rule and one for the end of each chain', () => {
    const tables = new NfTables();
    for (const line of ['-N one', '-A one -p udp', '-A FORWARD -s 10.0.0.1,10.0.0.2 -j DROP', '-A FORWARD -j one']) {
      assert.equal(iptables(tables, line.split(' ')).exit, 0);
    }
    const { rows, steps } = compileProgram(tables.find('filter')!.find('FORWARD')!);
    assert.equal(rows.length, 6 * ROW_WORDS);
    assert.deepEqual(
      steps.map((step) => step === null),
      [false, false, false, true, false, true],
    );
  });

  it('count on the way to a chain without rules', () => {
    const slab = new Slab();
    const frame = slab.take(20);
    frame.tail = frame.l3 + 20;
    slab.view.setUint8(frame.l3, 0x45);
    const tables = new NfTables();
    for (const line of [
      '-P FORWARD ACCEPT',
      '-N empty',
      '-A FORWARD -j empty',
      '-A FORWARD -g empty',
      '-A FORWARD -j DROP',
    ]) {
      assert.equal(iptables(tables, line.split(' ')).exit, 0);
    }
    const chain = tables.find('filter')!.find('FORWARD')!;
    assert.equal(iptDoTable(chain, state, frame), NF_ACCEPT);
    assert.deepEqual(
      chain.rules.map(({ counters }) => counters[0]),
      [1, 1, 0],
    );
    assert.deepEqual([...chain.counters], [1, 20]);
  });

  it('are made anew when rules change', () => {
    const slab = new Slab();
    const frame = slab.take(20);
    frame.tail = frame.l3 + 20;
    slab.view.setUint8(frame.l3, 0x45);
    const tables = new NfTables();
    const type = (line: string): number => iptables(tables, line.split(' ')).exit;
    assert.equal(type('-A FORWARD -s 10.9.9.9 -j DROP'), 0);
    const chain = tables.find('filter')!.find('FORWARD')!;
    assert.equal(iptDoTable(chain, state, frame), NF_ACCEPT);
    assert.equal(type('-I FORWARD -j DROP'), 0);
    assert.equal(iptDoTable(chain, state, frame), NF_DROP);
    assert.equal(type('-D FORWARD 1'), 0);
    assert.equal(iptDoTable(chain, state, frame), NF_ACCEPT);
  });
});
