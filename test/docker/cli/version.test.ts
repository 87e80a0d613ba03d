import assert from 'node:assert/strict';
import { startRealEngine } from '../real-engine.ts';
import { Lab } from '../lab.ts';

describe('docker version', () => {
  it('names the engine that Dockwire answers like', () => {
    const text = new Lab().ok('version');
    assert.match(text, /^Client:\n Version: {11}20\.10\.24/);
    assert.match(text, /\nServer:\n Engine:\n {2}Version: {10}20\.10\.24/);
  });

  it('names the newer engine where that one runs', () => {
    const text = new Lab({ version: '29' }).ok('version');
    assert.match(text, /^Client:\n Version: {11}29\./);
    assert.match(text, /\n {2}API version: {6}1\.\d\d \(minimum version 1\.40\)\n/);
  });

  it('is laid out as what a real engine says', function () {
    this.timeout(120_000);
    const real = startRealEngine(this);
    try {
      const labels = (text: string): string => text.replaceAll(/: {2,}.*$/gm, ':');
      assert.equal(labels(new Lab().docker('version').stdout), labels(real.docker('version').stdout));
    } finally {
      real.stop();
    }
  });
});
