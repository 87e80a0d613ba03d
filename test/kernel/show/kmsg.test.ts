import assert from 'node:assert/strict';
import { KernelMessages } from '../../../src/kernel/show/kmsg.ts';
import { World } from '../kit.ts';

describe('kernel/show/kmsg', () => {
  it('gives the lines one after the other, and tells of new ones', () => {
    const { log, rootNs } = new World().host('h');
    log.write(4, 'old');
    const all = new KernelMessages(rootNs);
    const fresh = new KernelMessages(rootNs, true);
    assert.deepEqual([all.isReady(), fresh.isReady()], [true, false]);
    let woken = 0;
    const waiter = { wake: () => woken++ };
    fresh.addWaiter(waiter);
    log.write(3, 'new');
    fresh.removeWaiter(waiter);
    log.write(3, 'newer');
    assert.equal(woken, 1);
    const texts = (messages: KernelMessages): string[] => {
      const found: string[] = [];
      for (let message = messages.read(); message !== null; message = messages.read()) found.push(message.text);
      return found;
    };
    assert.deepEqual(
      [texts(all), texts(fresh)],
      [
        ['old', 'new', 'newer'],
        ['new', 'newer'],
      ],
    );
    assert.equal(all.isReady(), false);
  });

  it('passes over what the ring has lost, and what was cleared', () => {
    const { log, rootNs } = new World().host('h');
    const messages = new KernelMessages(rootNs);
    for (let i = 0; i < 5000; i++) log.write(4, String(i));
    assert.equal(messages.read()!.text, '904');
    messages.clear();
    assert.equal(messages.read()!.text, '905');
    const later = new KernelMessages(rootNs);
    assert.equal(later.read(), null);
    log.write(4, 'last');
    assert.equal(later.read()!.text, 'last');
  });
});
