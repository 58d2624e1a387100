import { benchGateway } from './gateway'
import { formatRows, type Row } from './stats'
import { benchWindow } from './window'

const sections: Record<string, { title: string; run: () => Promise<Row[]> }> = {
  gateway: { title: 'Gateway (medians; every figure from this run)', run: benchGateway },
  window: { title: 'Window (medians; every figure from this run)', run: benchWindow },
}

/** Runs the sections named on the command line, or all of them, and prints a table each. */
async function main(names: readonly string[]): Promise<void> {
  for (const [name, section] of Object.entries(sections)) {
    if (names.length > 0 && !names.includes(name)) continue
    console.log(formatRows(section.title, await section.run()))
  }
}

await main(process.argv.slice(2))
