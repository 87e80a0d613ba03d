import { strict as assert } from 'node:assert';
import { assertMistakes, planOf } from './plan-helper.ts';

const HOSTS = 'hosts: { a: , b: }\n';

function flows(...lines: string[]): string {
  return `${HOSTS}flows:\n${lines.map((line) => `  - ${line}\n`).join('')}`;
}

describe('flows', () => {
  it('have defaults for all but their ends, port and length', () => {
    const [flow] = planOf(flows('{ from: a, to: b/c1, udp: 9, count: 5 }')).flows;
    assert.deepEqual(flow, {
      from: { host: 'a', container: undefined },
      to: { host: 'b', container: 'c1' },
      protocol: 'udp',
      port: 9,
      sizeBytes: 64,
      count: 5,
      intervalNs: 1_000_000,
      startNs: 0,
      staggerNs: 0,
      sourcePort: 0,
      sourcePortCount: 1,
      warmup: 1,
      line: 3,
      col: 5,
    });
  });

  it('take times, sizes and ports in all their forms', () => {
    const plan = planOf(
      flows(
        '{ from: a, to: b, udp: 9, size: 1.4kB, bytes: 1MB, interval: 10us, start: 1s, stagger: 20ns, ' +
          'sourcePorts: 1000-1999, warmup: 0 }',
        '{ from: a, to: b, udp: 9, size: 8B, count: 1e6, interval: 0, start: 0, sourcePort: 7 }',
      ),
    );
    const [first, second] = plan.flows;
    assert.ok(first !== undefined && second !== undefined);
    assert.deepEqual(
      [first.sizeBytes, first.count, first.intervalNs, first.startNs, first.staggerNs],
      [1400, 715, 10_000, 1_000_000_000, 20],
    );
    assert.deepEqual([first.sourcePort, first.sourcePortCount, first.warmup], [1000, 1000, 0]);
    assert.deepEqual(
      [second.sizeBytes, second.count, second.intervalNs, second.sourcePort, second.sourcePortCount],
      [8, 1_000_000, 0, 7, 1],
    );
  });

  it('over TCP are pieces, written as fast as may be unless an interval is given', () => {
    const { flows: read } = planOf(
      flows(
        '{ from: a, to: b, tcp: 80, bytes: 200MB }',
        '{ from: a, to: b, tcp: 81, size: 10, count: 3, interval: 5us }',
      ),
    );
    assert.deepEqual(
      read.map((flow) => [flow.protocol, flow.port, flow.sizeBytes, flow.count, flow.intervalNs, flow.warmup]),
      [
        ['tcp', 80, 1000, 200_000, 0, 0],
        ['tcp', 81, 10, 3, 5000, 0],
      ],
    );
  });

  it('are refused with unknown ends, ports out of range, and no or two lengths', () => {
    const text = flows(
      '{ from: a, to: ‹1›c/x, udp: 9, count: 1 }',
      '{ from: ‹2›a/b/c, to: b, udp: ‹3›99999, count: ‹4›0 }',
      '{ from: a, to: b, udp: 5, tcp: ‹5›5, bytes: 1MB }',
      '‹6›‹7›{ from: a, to: b }',
      '{ from: a, to: b, udp: 5, count: 5, bytes: ‹8›5, sourcePort: 5, sourcePorts: ‹9›6-7 }',
      '{ from: a, to: b, udp: 5, bytes: ‹10›5, size: 0 }',
      '‹11›5',
      '‹12›{ to: b, udp: 5, count: 1 }',
      '{ from: a, to: b, tcp: 5, count: 1, stagger: ‹13›1us, sourcePorts: ‹14›1-2, warmup: ‹15›1 }',
    );
    assertMistakes(text, [
      'unknown host "c"; expected one of a, b',
      'from is "a/b/c"; expected the sender, such as node1 or node1/c1',
      'udp is 99999; expected a port from 1 to 65535',
      'count is 0; expected a whole number from 1 to 1000000000',
      'the flow has udp and tcp; expected one of the two',
      'the flow has no protocol; expected udp: or tcp: and the port',
      'the flow has no end; expected count: or bytes:',
      'the flow has count and bytes; expected one of the two',
      'the flow has sourcePort and sourcePorts; expected one of the two',
      '5 bytes in datagrams of 0 make no flow; expected more than 0 of both',
      'a flow is 5; expected a mapping',
      'a flow has no "from"; expected the sender, such as node1 or node1/c1',
      'stagger is for UDP flows; expected none for a TCP connection',
      'sourcePorts is for UDP flows; expected none for a TCP connection',
      'warmup is for UDP flows; expected none for a TCP connection',
    ]);
  });

  it('are refused with numbers out of range and times without a unit', () => {
    const common = 'from: a, to: b, udp: 9, count: 1';
    const text = flows(
      `{ ${common}, size: ‹1›70000 }`,
      `{ ${common}, size: ‹2›70kB }`,
      `{ ${common}, interval: ‹3›10, warmup: ‹4›-1 }`,
      `{ ${common}, sourcePorts: ‹5›9-5 }`,
      `{ ${common}, sourcePorts: ‹6›5, start: ‹7›-1s }`,
    );
    assertMistakes(text, [
      'size is 70000; expected a whole number from 0 to 65507',
      'size is "70kB"; expected a number of bytes, or a size with a unit (B kB MB) of at most 65507 bytes',
      'interval is 10; expected a time with a unit (ns us ms s m h), such as 50us',
      'warmup is -1; expected a whole number from 0 to 1000',
      '9-5 is no range of ports; expected two ports from 1 to 65535, the smaller one first',
      'sourcePorts is 5; expected a range of ports, such as 1000-1999',
      'start is "-1s"; expected a time with a unit (ns us ms s m h), such as 50us',
    ]);
  });

  it('are refused between hosts that have no address', () => {
    assertMistakes(
      'hosts: { a: { address: none }, b: }\nflows:\n' +
        '  - { from: ‹1›a, to: b, udp: 9, count: 1 }\n  - { from: a/c1, to: b, udp: 9, count: 1 }\n',
      ['host "a" has no address; expected one that can send and receive'],
    );
  });
});
