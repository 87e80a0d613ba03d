/** Makes a case smaller for as long as it still shows what it shows. */
import type { NetfilterCase } from './case.ts';

/** The smallest case that can be found by leaving out one thing after the other, for which `fails` holds. */
export async function shrink(
  test: NetfilterCase,
  fails: (smaller: NetfilterCase) => Promise<boolean>,
): Promise<NetfilterCase> {
  let smallest = test;
  for (let isSmaller = true; isSmaller;) {
    isSmaller = false;
    for (const cut of [WITHOUT_TABLE, WITHOUT_STEP, WITHOUT_RULE]) {
      // From the end, so that what is left out does not move what comes next.
      for (let i = cut.count(smallest) - 1; i >= 0; i--) {
        const smaller = cut.without(smallest, i);
        if (!(await fails(smaller))) continue;
        smallest = smaller;
        isSmaller = true;
      }
    }
  }
  return smallest;
}

interface Cut {
  count(test: NetfilterCase): number;
  /** The case without its thing of that number. */
  without(test: NetfilterCase, index: number): NetfilterCase;
}

function omit<T>(list: readonly T[], index: number): T[] {
  return list.filter((_, i) => i !== index);
}

const WITHOUT_TABLE: Cut = {
  count: ({ tables }) => tables.length,
  without: (test, index) => ({ ...test, tables: omit(test.tables, index) }),
};

const WITHOUT_STEP: Cut = {
  count: ({ steps }) => steps.length,
  without: (test, index) => ({ ...test, steps: omit(test.steps, index) }),
};

const WITHOUT_RULE: Cut = {
  count: ({ tables }) => tables.reduce((sum, { rules }) => sum + rules.length, 0),
  without: (test, index) => {
    const [table, rule] = placeOf(test, index);
    return withRules(test, table, omit(test.tables[table]!.rules, rule));
  },
};

/** The table and the place in it of the rule with that number among all. */
function placeOf({ tables }: NetfilterCase, index: number): readonly [table: number, rule: number] {
  let left = index;
  for (const [table, { rules }] of tables.entries()) {
    if (left < rules.length) return [table, left];
    left -= rules.length;
  }
  throw new RangeError('there is no such rule');
}

function withRules(test: NetfilterCase, index: number, rules: readonly string[]): NetfilterCase {
  return { ...test, tables: test.tables.map((table, i) => (i === index ? { ...table, rules } : table)) };
}
