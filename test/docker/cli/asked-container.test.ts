import assert from 'node:assert/strict';
import { Lab } from '../lab.ts';

describe('what docker run and docker create ask for', () => {
  it('is the same, but for what a client is attached to', () => {
    const lab = new Lab();
    const options = '-e A=1 -l a=b --network name=bridge --dns 1.1.1.1 busybox sleep 100';
    lab.ok(`create --name c1 ${options}`);
    lab.ok(`run -d --name c2 ${options}`);
    const config = (name: string): Record<string, unknown> => {
      const document = JSON.parse(lab.ok(`inspect -f '{{json .Config}}' ${name}`)) as Record<string, unknown>;
      return { ...document, Hostname: '', AttachStdout: false, AttachStderr: false };
    };
    assert.deepEqual(config('c1'), config('c2'));
    assert.equal(lab.ok("inspect -f '{{.Config.AttachStdout}} {{.HostConfig.NetworkMode}}' c1"), 'true bridge');
    assert.equal(lab.ok("inspect -f '{{.Config.AttachStdout}} {{.HostConfig.NetworkMode}}' c2"), 'false bridge');
  });
});
