import { benchBatches } from './batches'
import { benchBatchRun } from './batch-run'
import { benchGateway } from './gateway'
import { benchScheduler } from './site-simulation'
import { formatRows, type Row } from './stats'
import { benchTable } from './table'
import { benchWindow } from './window'

const sections: Record<string, { title: string; run: () => Promise<Row[]> }> = {
  gateway: { title: 'Gateway (medians; every figure from this run)', run: benchGateway },
  window: { title: 'Window (medians; every figure from this run)', run: benchWindow },
  batches: { title: 'Check of batch files (medians of processes of their own; beside it readline and JSON.parse over the same file)', run: benchBatches },
  table: { title: 'A table of a million requests, scrolled in the real window (frames a second; beside it the same page left alone)', run: benchTable },
  run: { title: 'Run of a batch of 150,000 requests (beside it a bare loop with as many connections on the same engine)', run: benchBatchRun },
  scheduler: { title: 'Scheduler (a simulated week; beside it FIRST\'s own policy: fixed least and most blocks a model, two hours idle, first come first served)', run: benchScheduler },
}

/** Runs the sections named on the command line, or all of them, and prints a table each. */
async function main(names: readonly string[]): Promise<void> {
  for (const [name, section] of Object.entries(sections)) {
    if (names.length > 0 && !names.includes(name)) continue
    console.log(formatRows(section.title, await section.run()))
  }
}

await main(process.argv.slice(2))
