import { Command } from 'commander';
import { bench } from '../bench/main.ts';
import type { Metric } from '../bench/metric.ts';

const footnote = `
Every line says whether its aim is met; the machine and what else runs on it matter much.
Exit code 0: the measuring went well, whatever it found.`;

export function benchCommand(): Command {
  return new Command('bench')
    .description('Measures speed, size and durability, each beside a ceiling measured in the same run.')
    .option('--json', 'print one JSON document and nothing else')
    .addHelpText('after', footnote)
    .action(async ({ json = false }: { readonly json?: boolean }) => {
      const tell = !json && process.stderr.isTTY ? (step: string) => process.stderr.write(`… ${step}\n`) : () => {};
      const { metrics, skipped } = await bench(tell);
      const words = [table(metrics), ...skipped.map((sentence) => `${sentence}\n`)].join('');
      process.stdout.write(json ? `${JSON.stringify({ metrics, skipped })}\n` : words);
    });
}

/** One line for each figure, with the mark that says whether its aim is met. */
export function table(metrics: readonly Metric[]): string {
  const rows = [
    ['', 'measured', 'ceiling', 'ratio', 'aim', ''],
    ...metrics.map(({ name, value, unit, ceiling, ratio, aim, met }) => [
      name,
      `${value} ${unit}`.trim(),
      `${ceiling} ${unit}`.trim(),
      String(ratio),
      aim,
      met ? 'met' : 'MISSED',
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        column === 0 || column > 3 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return `${rows.map(line).join('\n')}\n`;
}
