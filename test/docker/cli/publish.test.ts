import assert from 'node:assert/strict';
import { Lab } from '../lab.ts';
import { recorded } from '../recordings.ts';

const ERRORS = 'single/05-errors.txt';

/** A host with a firewall, and the container of the recordings that has port 8585. */
function publishing(): Lab {
  const lab = new Lab();
  lab.ok('run -d --name web -p 8585:80 bb httpd -f -h /www');
  lab.ok('run -d --name dns -p 5353:53/udp bb sleep 100000');
  return lab;
}

describe('publishing ports with docker run', () => {
  it('is refused as recorded where a port is taken, an address is not there, or the text is wrong', function () {
    const lab = publishing();
    for (const options of ['--name p2 -p 8585:80', '-p 99999:80', '-p abc:80', '-p 80:80/foo', '-p 1.2.3.4:80:80']) {
      const { text, exit } = recorded(this, ERRORS, `docker run --rm ${options} bb true`);
      const answer = lab.docker(`run --rm ${options} bb echo`);
      // Endpoints of containers without a name have generated ones.
      const plain = (words: string): string => words.replace(/endpoint \w+ \([0-9a-f]{64}\)/, 'endpoint');
      assert.deepEqual([answer.exit, plain(answer.stderr)], [exit, plain(text)], options);
    }
    assert.deepEqual(lab.ok('ps -aq').split('\n').length, 2);
  });

  it('on the host network is a remark, as recorded', function () {
    const { text, exit } = recorded(this, ERRORS, 'docker run --rm --network host -p 8081:80 bb true');
    for (const lab of [publishing(), new Lab()]) {
      const answer = lab.docker('run --rm --network host -p 8081:80 bb echo');
      assert.deepEqual([answer.exit, answer.stderr], [exit, text]);
    }
  });

  it('shows in the documents, published or not', () => {
    const lab = publishing();
    const shown = (name: string, path: string): string => lab.ok(`inspect -f '{{json ${path}}}' ${name}`);
    lab.ok('run -d --name nc -p 80 --expose 443 bb sleep 9');
    assert.equal(
      shown('nc', '.NetworkSettings.Ports'),
      '{"443/tcp":null,"80/tcp":[{"HostIp":"0.0.0.0","HostPort":"32768"},{"HostIp":"::","HostPort":"32768"}]}',
    );
    assert.equal(shown('nc', '.HostConfig.PortBindings'), '{"80/tcp":[{"HostIp":"","HostPort":""}]}');
    assert.equal(shown('nc', '.Config.ExposedPorts'), '{"443/tcp":{},"80/tcp":{}}');
    lab.ok('run -d --name of --network none -p 8101:80 bb sleep 9');
    assert.equal(shown('of', '.NetworkSettings.Ports'), '{}');
    lab.ok('run -d --name oa --expose 80/UDP bb sleep 9');
    assert.equal(shown('oa', '.NetworkSettings.Ports'), '{"80/udp":null}');
    assert.equal(shown('oa', '.Config.ExposedPorts'), '{"80/UDP":{}}');
    assert.equal(shown('web', '.HostConfig.PublishAllPorts'), 'false');
  });

  it('gives an ephemeral port that goes on with each start', () => {
    const lab = publishing();
    lab.ok('run -d --name nb -P --expose 80 --expose 443 --expose 53/udp --expose 53/tcp bb sleep 10000');
    assert.equal(
      lab.ok('port nb'),
      '443/tcp -> 0.0.0.0:32768\n443/tcp -> :::32768\n53/tcp -> 0.0.0.0:32770\n53/tcp -> :::32770\n' +
        '53/udp -> 0.0.0.0:32768\n53/udp -> :::32768\n80/tcp -> 0.0.0.0:32769\n80/tcp -> :::32769',
    );
    lab.ok('stop -t 0 nb');
    lab.ok('start nb');
    assert.equal(lab.ok('port nb 53/tcp'), '0.0.0.0:32773\n:::32773');
  });

  it('of a range gives the first that is free', () => {
    const lab = publishing();
    for (const port of [8584, 8586, 8587]) {
      lab.ok(`run -d --name r${port} -p 8584-8587:80 bb sleep 9`);
      assert.equal(lab.ok(`port r${port} 80`), `0.0.0.0:${port}\n:::${port}`);
    }
    const full = lab.docker('run -d --name r4 -p 8584-8587:80 bb sleep 9');
    assert.match(full.stderr, /external connectivity on endpoint r4 \([0-9a-f]{64}\): all ports are allocated\.\n$/);
  });
});

describe('publishing ports without iptables', () => {
  it('takes the ports, and makes no rule', () => {
    const lab = new Lab({ hasIptables: false });
    lab.ok('run -d --name web -p 8585:80 -P --expose 53/udp bb sleep 9');
    assert.equal(lab.ok('port web 80'), '0.0.0.0:8585\n:::8585');
    assert.match(lab.docker('run -p 8585:80 bb sleep 9').stderr, /: port is already allocated\.\n/);
    assert.equal(lab.typed('iptables-save').stdout, '');
  });
});
