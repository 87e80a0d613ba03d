import assert from 'node:assert/strict';
import { withDelay } from '../../src/scenario/impairment.ts';
import { assertMistakes, lanOf, planOf } from './plan-helper.ts';

const HOSTS = 'hosts: { a: { docker: false }, b: { docker: false } }\n';
const NETEM_WORDS =
  "expected netem's words: delay TIME [JITTER], distribution, loss, duplicate, corrupt, reorder, gap, rate, limit";

function planned(knobs: string): { delayNs: number; netem: string | undefined } {
  const { delayNs, netem } = lanOf(planOf(`${HOSTS}lans:\n  lan: { hosts: [a, b], ${knobs} }\n`), 'lan');
  return { delayNs, netem };
}

describe('impairments of a LAN', () => {
  it('leave the delay to the cable while it is constant', () => {
    assert.deepEqual(planned('delay: 1ms'), { delayNs: 1_000_000, netem: undefined });
    assert.deepEqual(planned('delay: 1ms, loss: 1% 25%'), { delayNs: 1_000_000, netem: 'loss 1% 25%' });
    assert.deepEqual(planned('netem: "delay 5ms loss 1%"'), { delayNs: 50_000, netem: 'delay 5ms loss 1%' });
  });

  it('give netem a delay with a jitter, or that frames overtake', () => {
    const delayNs = 0;
    assert.deepEqual(planned('delay: 1ms, jitter: 10us'), { delayNs, netem: 'delay 1000000ns 10000ns' });
    assert.deepEqual(planned('delay: 10ms 1ms 25%'), { delayNs, netem: 'delay 10000000ns 1ms 25%' });
    assert.deepEqual(planned('delay: 1ms, reorder: 25% 50%, gap: 5'), {
      delayNs,
      netem: 'delay 1000000ns reorder 25% 50% gap 5',
    });
    assert.deepEqual(planned('delay: 1ms, jitter: 1us, distribution: normal, netem: "rate 1mbit limit 10"'), {
      delayNs,
      netem: 'delay 1000000ns 1000ns distribution normal rate 1mbit limit 10',
    });
    assert.equal(planned('jitter: 1us, distribution: uniform').netem, 'delay 50000ns 1000ns');
  });

  it('hold for the cable to another switch, with its own delay', () => {
    const plan = planOf(`${HOSTS}lans:
  lan: { hosts: [a] }
  far: { hosts: [b], delay: 2ms 1ms, uplink: { to: lan, delay: 9ms } }
  near: { hosts: [], delay: 2ms, loss: 1%, uplink: { to: lan, delay: 9ms } }
  same: { hosts: [], delay: 2ms 1ms, uplink: lan }
`);
    const [far, near, same] = ['far', 'near', 'same'].map((name) => lanOf(plan, name).uplink);
    assert.deepEqual([far?.delayNs, far?.netem], [0, 'delay 9000000ns 1ms']);
    assert.deepEqual([near?.delayNs, near?.netem], [9_000_000, 'loss 1%']);
    assert.deepEqual([same?.delayNs, same?.netem], [0, 'delay 2000000ns 1ms']);
    assert.deepEqual(withDelay({ delayNs: 5, netem: undefined }, 5, 7), { delayNs: 7, netem: undefined });
  });

  it('are refused in the words of tc, where the word stands', () => {
    const lan = (knobs: string): string => `${HOSTS}lans:\n  lan: { hosts: [a, b], ${knobs} }\n`;
    assertMistakes(lan('netem: "loss 1% delay ‹1›1x"'), [`Illegal "latency"; ${NETEM_WORDS}`]);
    assertMistakes(lan('netem: "loss 1% ‹1›foo"'), [`What is "foo"?; ${NETEM_WORDS}`]);
    assertMistakes(lan('netem: "delay 1ms ‹1›loss"'), [
      `Command line is not complete. Try option "help"; ${NETEM_WORDS}`,
    ]);
    assertMistakes(lan('loss: ‹1›1% 25x'), [`Illegal "loss correlation"; ${NETEM_WORDS}`]);
    assertMistakes(lan('gap: ‹1›5'), [`gap specified without reorder probability; ${NETEM_WORDS}`]);
    assertMistakes(lan('distribution: ‹1›normal'), [
      `distribution specified but no latency and jitter values; ${NETEM_WORDS}`,
    ]);
    assertMistakes(lan('delay: ‹1›1ms 2x'), [`Illegal "latency"; ${NETEM_WORDS}`]);
    assertMistakes(lan('delay: 1ms 2ms, jitter: ‹1›1ms'), ['the delay has a jitter already; expected one of the two']);
    assertMistakes(lan('loss: 1%, netem: "duplicate 1% ‹1›loss 2%"'), [
      'loss is there twice; expected it as a key or in netem',
    ]);
    assertMistakes(lan('netem: "‹1›slot 1ms"'), [
      'slot is for a queue of a machine; expected it in a command: tc qdisc add … netem slot',
    ]);
  });
});
