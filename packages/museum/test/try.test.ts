import { test } from 'vitest';
import { exhibits } from '../src/exhibits/index.ts';
import { Player } from '../src/play/player.ts';

test('try', () => {
  const player = new Player(process.cwd());
  const only = process.env['ONLY']?.split(',');
  for (const exhibit of exhibits) {
    if (only !== undefined && !only.includes(exhibit.id)) continue;
    const t0 = performance.now();
    const p = player.play(exhibit);
    const ms = Math.round(performance.now() - t0);
    console.log(
      `${exhibit.id} caught=${p.caught} ${p.finding?.detectors} ${p.finding?.rule} ${p.finding?.code} in ${p.finding?.scenario} sched=${p.finding?.schedules} pre=${p.finding?.preemptions} | clean=${p.clean} ${p.complaint ?? ''} ${p.repairedSearched.map((s) => `${s.scenario}:${s.schedules}/${s.preemptions}`).join(',')} | ${exhibit.twins.differsIn.join(',')} | ${ms}ms\n   ${p.finding?.title}`,
    );
    if (process.env['SHOW']) console.log(p.finding?.text({ width: 150, root: process.cwd() }));
  }
}, 600000);
