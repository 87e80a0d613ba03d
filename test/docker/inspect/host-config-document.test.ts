import assert from 'node:assert/strict';
import type { ContainerConfig } from '../../../src/docker/container.ts';
import { hostConfigDocument } from '../../../src/docker/inspect/host-config-document.ts';
import type { JsonObject } from '../../../src/docker/inspect/json.ts';
import { recorded } from '../recordings.ts';

describe('the host configuration of a container', () => {
  it('is as recorded but for the published port', function () {
    const { text } = recorded(this, 'single/02-publish-cli.txt', 'docker inspect web');
    const [document] = JSON.parse(text) as [{ HostConfig: JsonObject }];
    const config = { networkMode: 'default', isAutoRemove: false } as ContainerConfig;
    const wanted = JSON.stringify({ ...document.HostConfig, PortBindings: {} });
    assert.equal(JSON.stringify(hostConfigDocument(config)), wanted);
  });
});
