import assert from 'node:assert/strict';
import {
  ImageStore,
  builtInImages,
  findProgram,
  imageId,
  isLackingProgram,
  parseReference,
} from '../../src/docker/images.ts';
import { ProgramRegistry } from '../../src/kernel/proc/program-registry.ts';

const SHA = `sha256:${'0123456789abcdef'.repeat(4)}`;

function programsNamed(...names: string[]): ProgramRegistry {
  const registry = new ProgramRegistry();
  for (const name of names)
    registry.add({
      name,
      run: function* () {
        return 0;
      },
    });
  return registry;
}

describe('image names', () => {
  it('are read as Docker reads them: tag, digest, hub and other registries', () => {
    const hub = 'registry-1.docker.io';
    const cases: [text: string, name: string, tagged: string, registryHost: string][] = [
      ['busybox', 'busybox', 'busybox:latest', hub],
      ['alpine:3.19', 'alpine', 'alpine:3.19', hub],
      ['library/busybox', 'busybox', 'busybox:latest', hub],
      ['docker.io/library/busybox:1', 'busybox', 'busybox:1', hub],
      ['index.docker.io/busybox', 'busybox', 'busybox:latest', hub],
      ['progrium/consul', 'progrium/consul', 'progrium/consul:latest', hub],
      ['quay.io/team/shop:v2', 'quay.io/team/shop', 'quay.io/team/shop:v2', 'quay.io'],
      ['localhost:5000/shop', 'localhost:5000/shop', 'localhost:5000/shop:latest', 'localhost:5000'],
      [`busybox@${SHA}`, 'busybox', 'busybox:latest', hub],
    ];
    for (const [text, name, tagged, registryHost] of cases) {
      assert.deepEqual(parseReference(text), { name, tagged, registryHost }, text);
    }
  });

  it('that are none are refused in the words of the client', () => {
    for (const text of ['', '-', 'a:b:c', 'foo/', '/foo', 'b@sha256:12', 'a b', 'shop:', 'a..b']) {
      assert.equal(parseReference(text), 'invalid reference format', text);
    }
    assert.equal(parseReference('BusyBox'), 'invalid reference format: repository name must be lowercase');
  });
});

describe('the images of an engine', () => {
  const images = new ImageStore(builtInImages(programsNamed('sh', 'ping')));
  const find = (text: string): ReturnType<ImageStore['find']> => {
    const reference = parseReference(text);
    assert.ok(typeof reference !== 'string');
    return images.find(reference);
  };

  it('are found whatever the tag', () => {
    assert.deepEqual(find('busybox')?.command, ['sh']);
    assert.deepEqual(find('docker.io/library/alpine:3.19')?.command, ['/bin/sh']);
    assert.equal(find('nosuch'), undefined);
    assert.equal(find('quay.io/busybox'), undefined);
    assert.deepEqual(images.names(), ['alpine', 'busybox']);
  });

  it('have ids that do not depend on the host', () => {
    const again = builtInImages(programsNamed());
    assert.match(imageId(find('busybox')!), /^sha256:[0-9a-f]{64}$/);
    assert.equal(imageId(find('busybox')!), imageId(again[0]!));
    assert.notEqual(imageId(again[0]!), imageId(again[1]!));
  });

  it('lack some programs that the real ones have', () => {
    const image = find('busybox')!;
    for (const word of ['ifconfig', '/bin/ifconfig', '/usr/bin/tail']) assert.ok(isLackingProgram(image, word), word);
    for (const word of ['ping', '/bin/ping', 'nginx', '/tmp/ifconfig', ''])
      assert.ok(!isLackingProgram(image, word), word);
  });

  it('have their programs in the usual folders', () => {
    const image = find('busybox')!;
    for (const word of ['ping', '/bin/ping', '/usr/bin/ping', '/sbin/ping', '/usr/local/bin/ping']) {
      assert.equal(findProgram(image, word)?.name, 'ping', word);
    }
    for (const word of ['nosuch', '/nosuch/ping', './ping', '/tmp/bin/ping', 'bin/ping', '', '/bin/']) {
      assert.equal(findProgram(image, word), undefined, word);
    }
  });
});
