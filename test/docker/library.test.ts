import assert from 'node:assert/strict';
import { dockerProgramToCheck } from '../../src/docker/cli/docker.ts';
import type { Image } from '../../src/docker/images.ts';
import { findProgram, imageId, isLackingProgram, parseReference } from '../../src/docker/images.ts';
import { libraryImages } from '../../src/docker/library.ts';

function find(text: string): Image {
  const reference = parseReference(text);
  assert.ok(typeof reference !== 'string');
  const image = libraryImages().find(reference);
  assert.ok(image !== undefined, text);
  return image;
}

describe('the images of the library', () => {
  it('have the program that they begin with, and distinct ids', () => {
    const images = libraryImages().all();
    for (const image of images) {
      const words = [...(image.entrypoint ?? []), ...image.command];
      assert.ok(findProgram(image, words[0]!) !== undefined, `${image.name}: ${words[0]!}`);
    }
    assert.equal(new Set(images.map(imageId)).size, images.length);
  });

  it('have variants by the end of a tag', () => {
    assert.equal(find('nginx:1.27-alpine').tag, 'alpine');
    assert.equal(find('nginx:alpine').tag, 'alpine');
    assert.equal(find('nginx:1.25').tag, undefined);
    assert.equal(find('debian:bookworm-slim').name, 'debian');
  });

  it('have no network tools where the real ones have none', () => {
    const [debian, alpine] = [find('nginx'), find('nginx:alpine')];
    for (const word of ['ping', 'ip', 'ps', 'wget']) {
      assert.equal(findProgram(debian, word), undefined, word);
      assert.ok(!isLackingProgram(debian, word) && debian.programs.isWithout(word), word);
    }
    assert.ok(isLackingProgram(debian, 'awk'));
    assert.ok(findProgram(alpine, 'ping') !== undefined);
    assert.ok(findProgram(debian, '/docker-entrypoint.sh') !== undefined);
    assert.equal(findProgram(debian, '/other/docker-entrypoint.sh'), undefined);
  });

  it('may be joined and replaced by a scenario', () => {
    const own: Image = { ...find('busybox'), name: 'shop' };
    assert.ok(libraryImages([own]).names().includes('shop'));
    assert.deepEqual(libraryImages([{ ...own, name: 'nginx' }]).find({ ...REFERENCE })?.command, ['sh']);
  });
});

const REFERENCE = { name: 'nginx', tagged: 'nginx:latest', registryHost: '' };

describe('a look at docker commands before the run', () => {
  it('knows which programs the containers of named images have', () => {
    const docker = dockerProgramToCheck(libraryImages());
    const has = (line: string, name: string): boolean =>
      docker.commandPrograms!(line.split(' ')).get(name) !== undefined;
    assert.ok(has('run busybox ping', 'ping'));
    assert.ok(!has('run nginx ping', 'ping'));
    assert.ok(!has('exec web ping', 'ping'), 'nobody knows it yet');
    for (const line of ['run -d --name web nginx:alpine', 'create --name other debian']) {
      assert.equal(docker.check!(line.split(' ')), undefined);
    }
    assert.ok(has('exec web ping', 'ping'));
    assert.ok(!has('exec other ping', 'ping') && has('exec other bash', 'bash'));
    assert.ok(!has('ps', 'ping'));
  });
});
