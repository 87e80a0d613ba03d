import { assertMistakes } from './plan-helper.ts';

const HOSTS = 'hosts: { a: , b: , c: }\n';
const TIME = 'expected a time with a unit (ns us ms s m h), such as 50us';
const RATE = 'expected a rate with a unit (kbit Mbit Gbit), such as 1Gbit';

describe('mistakes of LANs', () => {
  it('unknown hosts, and hosts that are listed twice', () => {
    assertMistakes(`${HOSTS}lans:\n  lan: { hosts: [a, ‹1›d, ‹2›a, ‹3›5] }\n  ‹4›L2: { hosts: ‹5›b }\n`, [
      'unknown host "d"; expected one of a, b, c',
      '"a" is in the list twice; expected each host once',
      'a host of the LAN is 5; expected the name of a host',
      '"L2" is not the name of a LAN; expected small letters, digits and dashes, beginning with a letter or digit, at most 63',
      'hosts is "b"; expected a list',
    ]);
  });

  it('rates, times and numbers without a unit, with a wrong one, or below zero', () => {
    const text = `${HOSTS}lans:
  l1: { rate: ‹1›5, delay: ‹2›5, queue: ‹3›-1, mtu: ‹4›"1500", framing: ‹5›eth, switch: ‹6›0 }
  l2: { rate: ‹7›0bit, delay: ‹8›-5us, queue: ‹9›1.5, mtu: ‹10›10 }
  l3: { rate: ‹11›1Gb, delay: ‹12›5 parsecs, queue: ‹13›0, mtu: ‹14›70000 }
  l4: { rate: ‹15›-1Mbit, delay: ‹16›[], queue: ‹17›many, mtu: ‹18›.inf }
`;
    const queue = 'expected a whole number from 1 to 1000000';
    const mtu = 'expected a whole number from 68 to 65535';
    assertMistakes(text, [
      `rate is 5; ${RATE}`,
      `delay is 5; ${TIME}`,
      `queue is -1; ${queue}`,
      `mtu is the text "1500"; ${mtu}`,
      'framing is "eth"; expected ethernet or none',
      'switch is 0; expected true or false',
      'a rate of 0bit lets nothing pass; expected more, or unlimited',
      `delay is "-5us"; ${TIME}`,
      `queue is 1.5; ${queue}`,
      `mtu is 10; ${mtu}`,
      `rate is "1Gb"; ${RATE}`,
      `delay is "5 parsecs"; ${TIME}`,
      `queue is 0; ${queue}`,
      `mtu is 70000; ${mtu}`,
      `rate is "-1Mbit"; ${RATE}`,
      `delay is a list; ${TIME}`,
      `queue is "many"; ${queue}`,
      `mtu is Infinity; ${mtu}`,
    ]);
  });

  it("netem's words, which the cables do not know yet", () => {
    assertMistakes(`${HOSTS}lans:\n  lan: { delay: ‹1›10ms 1ms, loss: ‹2›1% 25%, gap: ‹3›5, duplicate: ‹4›5 }\n`, [
      'jitter is not supported yet; expected one time, such as 50us',
      'loss is not supported yet; expected rate, delay, queue, mtu and framing only',
      'gap is not supported yet; expected rate, delay, queue, mtu and framing only',
      "duplicate is 5; expected a share of duplicates in netem's words, such as 1% or 1% 25%",
    ]);
  });

  it('cables that have not two ends', () => {
    const text = `${HOSTS}lans:
  one: { hosts: [a], switch: ‹1›false }
  three: { hosts: [a, b, c], switch: ‹2›false }
  two: { hosts: [a, b], switch: false }
  unsure: { hosts: [a, ‹3›bb], switch: false }
`;
    assertMistakes(text, [
      'LAN "one" without a switch has 1 interface on it; expected exactly two',
      'LAN "three" without a switch has 3 interfaces on it; expected exactly two',
      'unknown host "bb"; expected one of a, b, c',
    ]);
  });
});

describe('mistakes of uplinks', () => {
  it('LANs that are not there or have no switch', () => {
    const text = `${HOSTS}lans:
  far: { uplink: { to: ‹1›fra, rate: ‹2›fast, ‹3›mtu: 1500 } }
  p: { hosts: [a, b], switch: false, uplink: ‹4›far }
  q: { uplink: ‹5›p }
  r: { uplink: ‹6›5 }
  s: { uplink: ‹7›{ rate: 1Gbit } }
`;
    assertMistakes(text, [
      'unknown LAN "fra"; did you mean "far"?',
      `rate is "fast"; ${RATE}`,
      'unknown key "mtu" in an uplink; expected one of to, rate, delay',
      'LAN "p" has no switch; expected one that could hang on another',
      'LAN "p" has no switch; expected one to hang this one\'s on',
      'an uplink is 5; expected a mapping',
      'an uplink has no "to"; expected the name of a LAN',
    ]);
  });

  it('loops, each of them once', () => {
    const text = `${HOSTS}lans:
  self: { uplink: ‹1›self }
  below: { uplink: x }
  x: { uplink: ‹2›y }
  y: { uplink: { to: z } }
  z: { uplink: { to: x } }
`;
    assertMistakes(text, [
      'the uplinks go round in a loop (self → self); expected a tree of switches',
      'the uplinks go round in a loop (x → y → z → x); expected a tree of switches',
    ]);
  });

  it('loops that are long are shown shortened', () => {
    const lans = Array.from({ length: 50 }, (_, i) => `  l${i}: { uplink: ${i === 0 ? '‹1›' : ''}l${(i + 1) % 50} }\n`);
    assertMistakes(`${HOSTS}lans:\n${lans.join('')}`, [
      'the uplinks go round in a loop (l0 → l1 → l2 → l3 → l4 → l5 → … → l0); expected a tree of switches',
    ]);
  });
});

describe('mistakes of images', () => {
  it('ports that are none, or two', () => {
    const text = `${HOSTS}images:
  shop: { listen: [ { tcp: 8080, http: ‹1›5 }, ‹2›{}, ‹3›{ tcp: 1, udp: 2 }, { udp: 3, http: ‹4›x }, { tcp: ‹5›0 }, ‹6›80 ] }
  ‹7›Shop: ‹8›5
  empty:
  other: { ‹9›port: 80 }
`;
    assertMistakes(text, [
      'http is 5; expected a text',
      'the port has neither tcp nor udp; expected one of the two',
      'the port has tcp and udp; expected one of the two',
      'http over udp; expected it beside a tcp port',
      'tcp is 0; expected a port from 1 to 65535',
      'a port of an image is 80; expected a mapping',
      '"Shop" is not the name of an image; expected one such as shop or team/shop:1.0',
      'an image is 5; expected a mapping',
      'unknown key "port" in an image; expected listen',
    ]);
  });
});
