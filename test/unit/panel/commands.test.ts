import { describe, expect, test } from 'vitest';
import { commandLimits, readCommand } from '../../../sim/panel/commands.ts';

describe('a command from the browser', () => {
  test.each([
    { do: 'press' },
    { do: 'choose', choice: 2 },
    { do: 'take' },
    { do: 'quiet' },
    { do: 'jump' },
    { do: 'home' },
    { do: 'refill' },
    { do: 'repair' },
    { do: 'speed', factor: 1 },
    { do: 'speed', factor: 3600 },
    { do: 'pause', on: false },
    { do: 'fault', name: 'clock', on: true },
    { do: 'takeOut', doses: 4 },
    { do: 'away', hours: commandLimits.hoursMax },
    { do: 'settle', fate: 'missed' },
  ])('is taken as it is: %j', (command) => {
    expect(readCommand(JSON.stringify(command))).toEqual({ ok: true, command });
  });

  test.each([
    ['no JSON', 'press', 'JSON'],
    ['no command at all', 'null', '(root)'],
    ['an unknown verb', '{"do":"dispense"}', 'do'],
    ['a verb without its value', '{"do":"speed"}', 'factor'],
    ['a speed beyond the limit', '{"do":"speed","factor":3601}', 'factor'],
    ['a speed that stands still', '{"do":"speed","factor":0}', 'factor'],
    ['half a dose', '{"do":"takeOut","doses":1.5}', 'doses'],
    ['no dose', '{"do":"takeOut","doses":0}', 'doses'],
    ['an unknown fault', '{"do":"fault","name":"fire","on":true}', 'name'],
    ['a fate that a person cannot settle', '{"do":"settle","fate":"retracted"}', 'fate'],
    ['a field that does not belong', '{"do":"press","twice":true}', 'twice'],
    ['a list', '[{"do":"press"}]', 'do'],
  ])('is refused in both languages, naming the place: %s', (_, text, place) => {
    const reading = readCommand(text);
    const refused = reading.ok ? { da: '', en: '' } : reading.refused;
    expect(refused.da).toContain(place);
    expect(refused.da).toContain('Intet er ændret');
    expect(refused.en).toContain(place);
    expect(refused.en).toContain('Nothing has changed');
  });
});
