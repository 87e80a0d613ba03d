import assert from 'node:assert/strict';
import { main } from '../../src/cli/main.ts';
import { testEnvironment } from './test-environment.ts';

async function graph(scenario: string, ...more: string[]): Promise<{ stdout: string; stderr: string; exit: number }> {
  const env = testEnvironment(['graph', '-', ...more], scenario);
  const exit = await main(env);
  return { stdout: env.stdout, stderr: env.stderr, exit };
}

const HOSTS = `name: t
hosts:
  a: { address: 10.0.0.1/24, docker: false }
  b: { address: 10.0.0.2/24, docker: false }
`;
const BRIDGE = `${HOSTS}steps:
  - on: a
    script: |
      ip link add br0 type bridge
      ip link set br0 up
`;

describe('dockwire graph', () => {
  it('prints what the steps have built, in Mermaid or in DOT', async () => {
    const mermaid = await graph(BRIDGE);
    assert.match(mermaid.stdout, /^---\ntitle: "t"\n---\nflowchart LR\n[^]*if2\{\{"br0"\}\}/);
    const dot = await graph(BRIDGE, '--format', 'dot');
    assert.match(dot.stdout, /^graph "t" \{\n[^]*if2 \[label="br0", shape=hexagon\];/);
    assert.deepEqual([mermaid.exit, dot.exit, mermaid.stderr, dot.stderr], [0, 0, '', '']);
  });

  it('prints nothing of what the steps print, and what they have built even where one failed', async () => {
    const { stdout, stderr, exit } = await graph(`${BRIDGE}  - { on: b, run: 'echo x; false' }\n`);
    assert.match(stdout, /br0/);
    assert.doesNotMatch(stdout, /x\n/);
    assert.match(stderr, /line 10: echo x; false: expected exit 0, got 1/);
    assert.equal(exit, 1);
  });

  it('ends before the flows, and at `until` with what there is by then', async () => {
    const flows = 'flows:\n  - { from: a, to: b, udp: 9, size: 64, count: 1000000, interval: 1us }\n';
    assert.equal((await graph(`${BRIDGE}${flows}`)).exit, 0);
    const { stdout } = await graph(
      `until: 1s\n${BRIDGE}  - { on: a, run: sleep 5 }\n  - { on: a, run: ip link del br0 }\n`,
    );
    assert.match(stdout, /br0/);
  });

  it('refuses bad input', async () => {
    assert.equal((await graph('hosts: 5\n')).exit, 2);
    assert.equal((await graph(HOSTS, '--format', 'svg')).exit, 2);
    assert.match((await graph(HOSTS, 'other.yaml')).stderr, /expected one scenario, got 2/);
  });
});
