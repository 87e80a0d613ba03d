import assert from 'node:assert/strict';
import { PLAIN_HOST_CONFIG } from '../../../src/docker/container.ts';
import { hostConfigDocument } from '../../../src/docker/inspect/host-config-document.ts';
import type { JsonObject } from '../../../src/docker/inspect/json.ts';
import { recorded } from '../recordings.ts';

describe('the host configuration of a container', () => {
  it('is as recorded', function () {
    const { text } = recorded(this, 'single/02-publish-cli.txt', 'docker inspect web');
    const [document] = JSON.parse(text) as [{ HostConfig: JsonObject }];
    const portBindings = new Map([['80/tcp', [{ hostIp: '', hostPort: '8585' }]]]);
    const config = hostConfigDocument({ ...PLAIN_HOST_CONFIG, portBindings });
    assert.equal(JSON.stringify(config), JSON.stringify(document.HostConfig));
  });
});
