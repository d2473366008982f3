import { Command } from 'commander';
import { bench } from '../bench/main.ts';
import type { Metric } from '../bench/metric.ts';

export function benchCommand(): Command {
  return new Command('bench')
    .description('Measures speed, size and durability, each beside a ceiling measured in the same run.')
    .option('--json', 'print one JSON document and nothing else')
    .action(async ({ json = false }: { readonly json?: boolean }) => {
      const tell = !json && process.stderr.isTTY ? (step: string) => process.stderr.write(`… ${step}\n`) : () => {};
      const metrics = await bench(tell);
      process.stdout.write(json ? `${JSON.stringify({ metrics })}\n` : table(metrics));
    });
}

function table(metrics: readonly Metric[]): string {
  const rows = [
    ['', 'measured', 'ceiling', 'ratio', 'aim'],
    ...metrics.map(({ name, value, unit, ceiling, ratio, aim }) => [
      name,
      `${value} ${unit}`.trim(),
      `${ceiling} ${unit}`.trim(),
      String(ratio),
      aim,
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        column === 0 || column === 4 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return `${rows.map(line).join('\n')}\n`;
}
