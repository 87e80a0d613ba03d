import assert from 'node:assert/strict';
import { typedValue } from '../../../src/docker/inspect/go-document.ts';
import { IMAGE_JSON } from '../../../src/docker/inspect/go-types.ts';
import { imageDocument, imageNames, imageSummary } from '../../../src/docker/inspect/image-document.ts';
import { textOf } from '../../../src/docker/template/go-string.ts';
import { jsonText } from '../../../src/docker/template/json.ts';
import { Lab } from '../lab.ts';

describe('the document of an image', () => {
  it('has the fields that the client knows, in their order', () => {
    for (const image of new Lab().engine.host.images.all()) {
      const document = imageDocument(image);
      assert.equal(textOf(jsonText(typedValue(document, IMAGE_JSON))), JSON.stringify(document));
    }
  });

  it('says the same as its summary', () => {
    const image = new Lab().engine.host.images.all()[0]!;
    const { id, sizeBytes, digest } = imageSummary(image, true);
    const document = imageDocument(image);
    assert.deepEqual([document['Id'], document['Size']], [id, sizeBytes]);
    assert.deepEqual(imageNames(image).repoDigests, [`${image.name}@${digest}`]);
    assert.equal(imageSummary(image, false).digest, '<none>');
  });
});
