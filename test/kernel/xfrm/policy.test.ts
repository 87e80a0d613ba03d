import { deepEqual, equal } from 'node:assert/strict';
import { NO_LIMITS } from '../../../src/kernel/xfrm/lifetime.ts';
import type { XfrmPolicySettings } from '../../../src/kernel/xfrm/policy.ts';
import { XFRM_POLICY_IN, XFRM_POLICY_OUT, XfrmPolicies } from '../../../src/kernel/xfrm/policy.ts';
import { ANY_SELECTOR, makeFlow, NO_MARK } from '../../../src/kernel/xfrm/selector.ts';

function settings(more: Partial<XfrmPolicySettings> = {}): XfrmPolicySettings {
  return {
    selector: ANY_SELECTOR,
    direction: XFRM_POLICY_OUT,
    mark: NO_MARK,
    index: 0,
    priority: 0,
    isBlocking: false,
    flags: 0,
    limits: NO_LIMITS,
    templates: [],
    ...more,
  };
}

const UDP = { ...ANY_SELECTOR, proto: 17 };

describe('kernel/xfrm/policy', () => {
  it('asks the least priority first, and of one priority the oldest', () => {
    const policies = new XfrmPolicies();
    policies.insert(settings({ priority: 5 }), true, 100);
    policies.insert(settings({ priority: 3, selector: UDP }), true, 100);
    policies.insert(settings({ priority: 3, mark: { value: 0, mask: 1 } }), true, 100);
    const flow = { ...makeFlow(), proto: 17 };
    equal(policies.lookup(XFRM_POLICY_OUT, flow, 100)?.selector, UDP);
    equal(policies.lookup(XFRM_POLICY_OUT, { ...flow, proto: 6 }, 100)?.mark.mask, 1);
    equal(policies.lookup(XFRM_POLICY_OUT, { ...flow, proto: 6, mark: 1 }, 100)?.priority, 5);
    equal(policies.lookup(XFRM_POLICY_IN, flow, 100), null);
  });

  it('takes one of a kind, and puts a newer one in its place under its number', () => {
    const policies = new XfrmPolicies();
    equal(policies.insert(settings(), true, 100), '');
    equal(policies.insert(settings(), true, 100), 'EEXIST');
    equal(policies.insert(settings({ priority: 9 }), false, 100), '');
    deepEqual(
      policies.list(100).map(({ index, priority }) => [index, priority]),
      [[1, 9]],
    );
    equal(policies.countOf(XFRM_POLICY_OUT), 1);
  });

  it('forgets those that have had their time', () => {
    const policies = new XfrmPolicies();
    policies.insert(settings({ limits: { ...NO_LIMITS, hardAddSeconds: 10 } }), true, 100);
    equal(policies.lookup(XFRM_POLICY_OUT, makeFlow(), 109)?.index, 1);
    equal(policies.lookup(XFRM_POLICY_OUT, makeFlow(), 110), null);
    equal(policies.list(110).length, 0);
    equal(policies.count, 0);
  });
});
