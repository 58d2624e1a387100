import { runCommandLine } from '../cli/program'

// The build's entry `headless.js`: `first-desktop serve` under a name of its own.
process.exitCode = await runCommandLine(['serve', ...process.argv.slice(2)])
