import assert from 'node:assert/strict';
import { EngineLab } from '../engine-lab.ts';
import { Lab } from '../lab.ts';
import { recorded } from '../recordings.ts';

interface Document {
  readonly Id: string;
  readonly Created: string;
  readonly Containers: Record<string, { readonly EndpointID: string }>;
}

/** The text with ids and times replaced by what they stand for. */
function withoutIds(text: string): string {
  const ids: string[] = [];
  return text.replaceAll(/"Created": "[^"]*"/g, '"Created": "TIME"').replaceAll(/[0-9a-f]{64}/g, (found) => {
    if (!ids.includes(found)) ids.push(found);
    return `ID${ids.indexOf(found)}`;
  });
}

describe('docker network inspect', () => {
  it('answers as recorded for each network of a fresh engine, and for those that do not exist', function () {
    for (const names of ['bridge', 'host', 'none', 'bridge host none nosuch']) {
      const { text, exit } = recorded(this, 'single/01-fresh-cli.txt', `docker network inspect ${names}`);
      const answer = new Lab().docker(`network inspect ${names}`);
      assert.equal(withoutIds(answer.stdout + answer.stderr), withoutIds(text), names);
      assert.equal(answer.exit, exit);
    }
  });

  it('shows the containers as recorded', function () {
    const command = 'docker network inspect bridge';
    const { text } = recorded(this, 'single/02-publish-cli.txt', command);
    const lab = new Lab();
    const containerId = lab.ok('run -d --name web bb sleep 1000');
    const answer = lab.ok('network inspect bridge');
    assert.equal(withoutIds(`${answer}\n`), withoutIds(text));
    const [document] = JSON.parse(answer) as [Document];
    assert.deepEqual(Object.keys(document.Containers), [containerId]);
    lab.ok('rm -f web');
    assert.deepEqual((JSON.parse(lab.ok('network inspect bridge')) as [Document])[0].Containers, {});
  });

  it('sorts the containers by id, and shows no addresses where there are none', () => {
    const lab = new Lab();
    const ids = ['a1', 'a2', 'a3', 'a4'].map((name) => lab.ok(`run -itd --name ${name} --network host busybox`));
    const containers = JSON.parse(lab.ok("network inspect -f '{{json .Containers}}' host")) as Document['Containers'];
    assert.deepEqual(
      Object.keys(containers),
      ids.sort((left, right) => (left < right ? -1 : 1)),
    );
    const endpoint = containers[lab.engine.getContainer('a1').id]!;
    const { EndpointID, ...rest } = endpoint;
    assert.match(EndpointID, /^[0-9a-f]{64}$/);
    assert.deepEqual(rest, { Name: 'a1', MacAddress: '', IPv4Address: '', IPv6Address: '' });
  });

  it('has the time at which the engine made the network', () => {
    const lab = new Lab({ epochSeconds: 1_000_000_000 });
    assert.equal(lab.ok("network inspect -f '{{.Created}}' bridge"), '2001-09-09 01:46:40 +0000 UTC');
  });

  it('shows what was asked of the addresses, IPv6 last, and what was chosen where nothing was', () => {
    const lab = new EngineLab();
    const asked: readonly (readonly [options: string, ipam: string])[] = [
      ['', '{"Driver":"default","Options":{},"Config":[{"Subnet":"172.18.0.0/16","Gateway":"172.18.0.1"}]}'],
      ['--subnet 10.1.2.3/24', '{"Driver":"default","Options":{},"Config":[{"Subnet":"10.1.2.3/24"}]}'],
      [
        '--subnet fd00::/64 --gateway fd00::9 --subnet 10.5.0.0/024 --ip-range 10.5.0.0/25',
        '{"Driver":"default","Options":{},"Config":[{"Subnet":"10.5.0.0/024","IPRange":"10.5.0.0/25"},' +
          '{"Subnet":"fd00::/64","Gateway":"fd00::9"}]}',
      ],
      [
        '--subnet fd00::/64 --aux-address a=fd00::5 --ipam-opt a=b',
        '{"Driver":"default","Options":{"a":"b"},"Config":[{"Subnet":"172.19.0.0/16","Gateway":"172.19.0.1"},' +
          '{"Subnet":"fd00::/64","AuxiliaryAddresses":{"a":"fd00::5"}}]}',
      ],
    ];
    for (const [i, [options, ipam]] of asked.entries()) {
      assert.equal(lab.sh(`docker network create ${options} n${i}`).stderr, '');
      assert.equal(lab.sh(`docker network inspect -f '{{json .IPAM}}' n${i}`).stdout, `${ipam}\n`, options);
    }
  });
});
