import assert from 'node:assert/strict';
import { Container, PLAIN_CONFIG, PLAIN_HOST_CONFIG } from '../../src/docker/container.ts';
import { builtInImages } from '../../src/docker/images.ts';
import { ProgramRegistry } from '../../src/kernel/proc/program-registry.ts';

function container(networkMode = 'default', env: string[] = []): Container {
  const image = builtInImages(new ProgramRegistry())[0]!;
  const config = { ...PLAIN_CONFIG, image: 'busybox', command: ['sh'], hostname: 'web', env };
  const names = { id: 'e'.repeat(64), name: 'web', createdNs: 0 };
  return new Container({ ...names, image, config, hostConfig: { ...PLAIN_HOST_CONFIG, networkMode } });
}

describe('a container', () => {
  it("has the image's environment, its host name, and a terminal's type where there is one", () => {
    const path = ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'];
    const [host, home] = [
      ['HOSTNAME', 'web'],
      ['HOME', '/root'],
    ];
    assert.deepEqual([...container().environment(false)], [path, host, home]);
    assert.deepEqual([...container().environment(true)], [path, host, ['TERM', 'xterm'], home]);
  });

  it('is created, and neither runs nor has run', () => {
    const fresh = container();
    assert.deepEqual([fresh.isRunning, fresh.startedNs, fresh.finishedNs, fresh.exitCode], [false, -1, -1, 0]);
  });

  it("knows whether it is on the host's network", () => {
    assert.equal(container().isHostNetwork, false);
    assert.equal(container('host').isHostNetwork, true);
  });
});
