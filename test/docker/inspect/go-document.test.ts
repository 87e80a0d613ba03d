import assert from 'node:assert/strict';
import { rawValue, typedValue } from '../../../src/docker/inspect/go-document.ts';
import { CONTAINER_JSON, IMAGE_JSON, NETWORK_RESOURCE } from '../../../src/docker/inspect/go-types.ts';
import type { JsonObject } from '../../../src/docker/inspect/json.ts';
import { jsonText } from '../../../src/docker/template/json.ts';
import { textOf } from '../../../src/docker/template/go-string.ts';
import { Template } from '../../../src/docker/template/template.ts';
import { Lab } from '../lab.ts';

describe('documents as Go values', () => {
  it('come back as they were from the typed form, and sorted from the one without types', () => {
    const lab = new Lab();
    const limits = '--cpu-shares 5 --memory 64m --pids-limit 5 --ulimit nofile=1:2 --cpuset-cpus 0 --shm-size 5m';
    const rights = "--cap-add SYS_TIME --security-opt label=x --device-cgroup-rule 'c 1:3 mr' --oom-score-adj 5";
    const rest = '--tmpfs /x:size=5 --log-opt max-size=5m -e A=b --label x=y --expose 99/udp --add-host a:1.2.3.4';
    lab.ok(`run -d --name c1 ${limits} ${rights} ${rest} --dns 1.1.1.1 busybox`);
    const [container, network] = JSON.parse(lab.ok('inspect c1 bridge')) as [JsonObject, JsonObject];
    assert.deepEqual(JSON.parse(textOf(jsonText(typedValue(container, CONTAINER_JSON)))), container);
    assert.equal(textOf(jsonText(typedValue(network, NETWORK_RESOURCE))), JSON.stringify(network));
    assert.equal(jsonText(rawValue({ b: 1.5, a: [null, true, '<'] })), '{"a":[null,true,"<"],"b":1.5}');
  });

  it('have zeros for what is not there', () => {
    const image = typedValue({ Id: 'sha256:1' }, IMAGE_JSON);
    assert.equal(
      new Template('{{.ID}} {{.Size}} {{.RepoTags}} {{.Config}} {{.Metadata}}').execute(image),
      ['sha256:1 0 [] <nil> {0001-01-01 00:00:00 +0000 UTC}'].join(''),
    );
  });

  it('have lists with the room that a decoder makes', () => {
    const document = { Args: ['a', 'b'] };
    const typed = new Template('{{len (slice .Args 0 4)}}');
    assert.equal(typed.execute(typedValue(document, CONTAINER_JSON)), '4');
    assert.throws(() => typed.execute(rawValue(document)), /error calling slice: index out of range: 4$/);
  });
});
