import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { onRealLinux } from '../docker/recordings.ts';
import { formatCidr, formatIp4, formatMac } from '../../src/base/addr.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import type { Plan, PlanHost } from '../../src/scenario/plan.ts';
import type { StepResult } from '../../src/scenario/result.ts';
import { Run } from '../../src/scenario/run.ts';
import { scenarioFiles } from '../scenario-files.ts';

/** Of `ip -j addr`, what the engine decides. */
interface LinkDocument {
  readonly ifname: string;
  readonly flags: readonly string[];
  readonly mtu: number;
  readonly operstate: string;
  readonly address: string;
  readonly master?: string;
  readonly addr_info: readonly Record<string, unknown>[];
}

type RouteDocument = Readonly<Record<string, unknown>>;

/** What a host shows of all its namespaces, the first without a name. */
interface Picture {
  readonly links: readonly string[];
  readonly routes: readonly string[];
}

const SLICE_EVENTS = 100_000;

/** A scenario after its last step, at a prompt. */
class Aftermath {
  readonly run: Run;
  private last: StepResult | null = null;

  constructor(file: string) {
    const plan = loadScenario(file, readFileSync(file));
    this.run = new Run(plan, {
      queue: 'heap',
      captures: 'none',
      store: null,
      hash: false,
      keepGoing: true,
      isInteractive: true,
      onStepEnd: (_task, result) => {
        this.last = result;
      },
    });
    while (this.run.advance(SLICE_EVENTS));
  }

  typed(host: string, line: string): string {
    this.run.type(host, line);
    while (this.run.advance(SLICE_EVENTS));
    assert.equal(this.last!.exit, 0, `${line}: ${this.last!.stderr}`);
    return this.last!.stdout;
  }
}

function picture(links: string, routes: string): Picture {
  const own = (JSON.parse(links) as LinkDocument[]).filter((link) => !/^(?:lo|eth\d+|wire\d+)$/.test(link.ifname));
  return {
    links: own.map(linkText).sort(byText),
    routes: (JSON.parse(routes) as RouteDocument[]).map(routeText).sort(byText),
  };
}

/** All of it in a container, where eth0 is the engine's, too. */
function containerPicture(links: string, routes: string): Picture {
  return {
    links: (JSON.parse(links) as LinkDocument[]).map(linkText).sort(byText),
    routes: (JSON.parse(routes) as RouteDocument[]).map(routeText).sort(byText),
  };
}

function linkText(link: LinkDocument): string {
  const inet = link.addr_info.filter((each) => each['family'] === 'inet');
  // The kernel draws the MACs of veth ends, and those of the interfaces of an overlay network.
  const mac = /^(?:veth|vxlan|br\d)/.test(link.ifname) ? 'random' : link.address;
  const state = [...link.flags].sort(byText).join(',');
  return [link.ifname, mac, link.mtu, link.operstate, link.master ?? '-', state, JSON.stringify(inet)].join(' ');
}

function byText(left: string, right: string): number {
  return left < right ? -1 : 1;
}

function routeText(route: RouteDocument): string {
  return JSON.stringify(Object.entries(route).sort(([left], [right]) => byText(left, right)));
}

const OWN_RULES = /iptables (?:-t \w+ )?-[AIP] /;

/** Of `iptables-save`, without its comments and what policies counted. */
function rulesOf(lines: readonly string[]): string[] {
  return lines.filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.replace(/ \[\d+:\d+\]$/, ''));
}

/** Lines that make the host's cards as they are before the engine starts. */
function cardLines(planned: PlanHost): string[] {
  return planned.interfaces
    .flatMap((nic, i) => [
      `ip link add ${nic.name} address ${formatMac(nic.mac)} type veth peer name wire${i}`,
      ...nic.addresses.map((address) => `ip addr add ${formatCidr(address)} brd + dev ${nic.name}`),
      `ip link set ${nic.name} up`,
      `ip link set wire${i} up`,
    ])
    .concat(planned.gateway === undefined ? [] : [`ip route add default via ${formatIp4(planned.gateway)}`]);
}

/** Whether the machine has no power when the scenario ends: nobody can be asked then. */
function isOffAtEnd(plan: Plan, name: string): boolean {
  let isOff = false;
  for (const step of plan.steps) {
    if (step.kind !== 'fault') continue;
    const { fault } = step;
    if (fault.action !== 'kill' && fault.action !== 'start') continue;
    if (fault.host === name && fault.container === undefined) isOff = fault.action === 'kill';
  }
  return isOff;
}

/** Of a scenario with several engines the others do as the first one; two are looked at in one such scenario. */
const hostsMax = (file: string): number => (file.includes('overlay-network') ? 2 : 1);

describe('what an engine has typed in a shipped scenario', () => {
  for (const file of scenarioFiles()) {
    const plan = loadScenario(file, readFileSync(file));
    const engines = plan.hosts.filter((host) => host.docker && !isOffAtEnd(plan, host.name));
    for (const planned of engines.slice(0, hostsMax(file))) {
      it(`${file}: builds the same on a real kernel as on ${planned.name}`, function () {
        const aftermath = new Aftermath(file);
        const host = aftermath.run.lab.host(planned.name);
        const spaces = ['', ...host.namespaces.keys()];
        const looks = spaces.map((name) => (name === '' ? '' : `-n ${name} `));
        // Of this boot: a machine that lost its power begins anew.
        // Connections are there where there was traffic only, and so is what bridges learn.
        const isOfTraffic = (line: string): boolean => /^conntrack -D|^bridge .* fdb del .* master$/.test(line);
        // The kernel of the tests has no ESP.
        const isLacking = (line: string): boolean => line.startsWith('ip xfrm ');
        const verbs = host.admin.verbs.filter((line) => !isOfTraffic(line) && !isLacking(line));
        const typed = verbs.join('\n');
        // That a bridge has lost its last port is seen up to a second later (linkwatch).
        const isSettling = verbs.slice(-12).some((line) => line.startsWith('ip link del '));
        const asked = looks.map((where) => `ip ${where}-j addr; echo; ip ${where}-j route; echo`);
        const script = [
          '{',
          'ip link set lo up',
          ...cardLines(planned),
          typed,
          '} >/dev/null',
          ...(isSettling ? ['sleep 1.1'] : []),
          ...asked,
          'iptables-save',
        ].join('\n');
        const lines = onRealLinux(this, script)
          .split('\n')
          .filter((line) => line !== '');
        const answers = lines.splice(0, 2 * looks.length);
        looks.forEach((where, i) => {
          const look = i === 0 ? picture : containerPicture;
          const own = look(
            aftermath.typed(planned.name, `ip ${where}-j addr`),
            aftermath.typed(planned.name, `ip ${where}-j route`),
          );
          assert.deepEqual(own, look(answers[2 * i]!, answers[2 * i + 1]!), spaces[i]);
        });
        // The rules of the scenario's own steps are not the engine's.
        if (OWN_RULES.test(readFileSync(file, 'utf8'))) return;
        const own = aftermath.typed(planned.name, 'iptables-save').split('\n');
        assert.deepEqual(rulesOf(own), rulesOf(lines));
      });
    }
  }
});
