import assert from 'node:assert/strict';
import { EngineLab } from '../engine-lab.ts';
import { Lab } from '../lab.ts';
import { recorded } from '../recordings.ts';

const FILE = 'single/02-publish-cli.txt';
const PROXY = '/usr/sbin/docker-proxy';

function proxies(lab: Lab): string[] {
  const running = lab.host.processes.all.filter(({ argv }) => argv[0] === PROXY);
  return running.map(({ argv }) => argv.join(' '));
}

describe('the docker-proxies of an engine', () => {
  it('run as recorded, one for each port of the host', function () {
    const lab = new Lab();
    lab.ok('run -d --name web -p 8585:80 bb httpd -f -h /www');
    lab.ok('run -d --name dns -p 5353:53/udp bb sleep 100000');
    const options = '-p 127.0.0.1:9000:9000 -p 7000-7002:7000-7002 -P --expose 1234';
    lab.ok(`run -d --name many ${options} bb sleep 100000`);
    const { text } = recorded(this, FILE, 'ps -ww -C docker-proxy -o args');
    assert.deepEqual(['COMMAND', ...proxies(lab)], text.trimEnd().split('\n'));
    lab.ok('rm -f many');
    assert.equal(proxies(lab).length, 4);
    lab.ok('stop -t 0 dns');
    assert.deepEqual(proxies(lab), text.trimEnd().split('\n').slice(1, 3));
  });

  it('have sockets that ss shows with their process', () => {
    const lab = new EngineLab(1);
    lab.sh('docker run -d --name dns -p 127.0.0.1:5353:53/udp bb sleep 100000');
    const { stdout } = lab.sh('ss -lnup');
    assert.match(stdout, /^UNCONN .* 127\.0\.0\.1:5353 +0\.0\.0\.0:\* +users:\(\("docker-proxy",pid=\d+,fd=4\)\)/m);
    lab.sh('docker rm -f dns');
    assert.doesNotMatch(lab.sh('ss -lnup').stdout, /docker-proxy/);
  });

  it('give the port back at once, so that a restart has it again', () => {
    const lab = new Lab();
    lab.ok('run -d --name dns -p 5353:53/udp bb sleep 100000');
    lab.ok('stop -t 0 dns');
    lab.ok('start dns');
    assert.equal(lab.ok('port dns'), '53/udp -> 0.0.0.0:5353\n53/udp -> :::5353');
  });

  it('say in Go’s words why they could not start', () => {
    const lab = new Lab();
    lab.ok('run -d --name one -p 127.0.0.1:5353:53/udp bb sleep 100000');
    const { stderr } = lab.docker('run -d --name two -p 5353:53/udp bb sleep 1');
    assert.match(
      stderr,
      /: Error starting userland proxy: listen udp4 0\.0\.0\.0:5353: bind: address already in use\.\n$/,
    );
    assert.equal(proxies(lab).length, 1);
  });

  it('are not there with --userland-proxy=false: the daemon holds the ports', () => {
    const lab = new Lab({ hasUserlandProxy: false });
    lab.ok('run -d --name web -p 8585:80 -p 5353:53/udp bb httpd -f -h /www');
    assert.deepEqual(proxies(lab), []);
    assert.equal(lab.ok('port web'), '53/udp -> 0.0.0.0:5353\n80/tcp -> 0.0.0.0:8585');
    assert.equal(lab.host.rootNs.udp.list().filter((socket) => socket.localPort === 5353).length, 1);
  });
});
