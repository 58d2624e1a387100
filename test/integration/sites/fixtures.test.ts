import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { hasSlurm, startSlurm } from '../../fixtures/slurm'
import { hasSshd, startSshd } from '../../fixtures/sshd'

test.runIf(hasSlurm())('two real Slurms run side by side and leave nothing behind', async () => {
  const sites = await Promise.all([startSlurm(), startSlurm()])
  const nodes = await Promise.all(sites.map((site) => site.command('sinfo', '--noheader', '-p', 'debug', '-o', '%T')))
  expect(nodes).toEqual(['idle\n', 'idle\n'])
  await Promise.all(sites.map((site) => site.stop()))
})

test.runIf(hasSshd())('a real ssh server lets its own key in', async () => {
  const sshd = await startSshd()
  const { stdout } = await promisify(execFile)('ssh', ['-F', sshd.configFile, '-o', 'BatchMode=yes', sshd.host, 'echo hello'])
  expect(stdout).toBe('hello\n')
  await sshd.stop()
})
