/** A process that times the yardstick: `node yardstick-child.js TURNS`, warmed up by a tenth of them. */
import { performance } from 'node:perf_hooks';
import { Yardstick } from './yardstick.ts';

const turns = Number(process.argv[2] ?? 100_000);
const yardstick = new Yardstick();
let last = 0;
for (let i = 0; i < turns / 10; i++) last = yardstick.turn();
const cpuBefore = process.cpuUsage();
const start = performance.now();
for (let i = 0; i < turns; i++) last = yardstick.turn();
const wallNs = (performance.now() - start) * 1e6;
const cpu = process.cpuUsage(cpuBefore);
const cpuNs = (cpu.user + cpu.system) * 1000;
console.log(JSON.stringify({ wallNs: wallNs / turns, cpuNs: cpuNs / turns, last }));
