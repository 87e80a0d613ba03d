import { assertMistakes } from './plan-helper.ts';

const TIME = 'expected a time with a unit (ns us ms s m h), such as 50us';
const HOSTS = 'hosts: { a: , b: , c: }\n';

describe('mistakes at the top of a scenario', () => {
  it('settings of a wrong type or form', () => {
    const text = `
name: ‹1›Foo Bar
title: ‹2›5
engine: ‹3›28
seed: ‹4›-1
epoch: ‹5›2025-02-30
until: ‹6›5
linger: ‹7›1x
limit: ‹8›soon
softirq: ‹9›-2us
wakeup: ‹10›
capture: [‹11›5, ‹12›""]
hosts: { a: }
`;
    // a key without a value is named itself
    assertMistakes(text.replace('wakeup: ‹10›', '‹10›wakeup:'), [
      'name is "Foo Bar"; expected small letters, digits and dashes',
      'title is 5; expected a text',
      'unknown engine "28"; expected "20.10" or "29"',
      'seed is -1; expected a whole number from 0 to 9007199254740991',
      'epoch is "2025-02-30"; expected a date and time in UTC between 1970 and 2105, such as 2025-01-01T00:00:00Z',
      `until is 5; ${TIME}`,
      `linger is "1x"; ${TIME}`,
      `limit is "soon"; ${TIME}`,
      `softirq is "-2us"; ${TIME}`,
      `wakeup is empty; ${TIME}`,
      'capture is 5; expected a glob over interfaces, such as node*/eth0, of at most 1000 characters',
      'capture is ""; expected a glob over interfaces, such as node*/eth0, of at most 1000 characters',
    ]);
  });

  it('names that are reserved, and engines that nobody knows', () => {
    const message = 'is reserved (out/js, out/bench, out/coverage are used otherwise); expected another `name:`';
    for (const name of ['js', 'bench', 'coverage']) {
      assertMistakes(`name: ‹1›${name}\nhosts: { a: }\n`, [`the name "${name}" ${message}`]);
    }
    assertMistakes('engine: ‹1›"20.11"\nhosts: { a: }\n', ['unknown engine "20.11"; expected "20.10" or "29"']);
  });

  it('captures of hosts that are not there', () => {
    assertMistakes('capture: [nod*/eth0, "**", lan/x, ‹1›nod1/eth0]\nhosts: { node1: }\n', [
      'unknown host "nod1"; did you mean "node1"?',
    ]);
    assertMistakes('capture: ‹1›b\nhosts: { node1: , node2: }\n', ['unknown host "b"; expected one of node1, node2']);
  });
});

describe('mistakes of images', () => {
  it('ports that are none, or two', () => {
    const text = `${HOSTS}images:
  shop:
    listen:
      - { tcp: 8080, http: ‹1›5 }
      - ‹2›{}
      - ‹3›{ tcp: 1, udp: 2 }
      - { udp: 3, http: ‹4›x }
      - { tcp: ‹5›0 }
      - ‹6›80
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

describe('mistakes of listeners', () => {
  it('keys that need http', () => {
    const text = `${HOSTS}images:
  shop:
    listen:
      - { tcp: 1, status: ‹1›404 }
      - { tcp: 2, http: x, status: ‹2›99 }
      - { tcp: 3, size: 5kB, keep-alive: ‹3›maybe }
      - { udp: 4, delay: ‹4›soon }
`;
    assertMistakes(text, [
      'status without http; expected it beside http or size',
      'status is 99; expected a status from 200 to 599',
      'keep-alive is "maybe"; expected true or false',
      'delay is "soon"; expected a time with a unit (ns us ms s m h), such as 50us',
    ]);
  });
});
