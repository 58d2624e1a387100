import { spawnSync } from 'node:child_process'
import { networkInterfaces } from 'node:os'
import { expect, test } from 'vitest'
import { onClosedNetwork } from '../../../scripts/lib/closed-network.mjs'

test('a command on a closed network sees loopback alone, up; where the system permits none it runs as it is', () => {
  const [command, args] = onClosedNetwork(process.execPath, ['-p', 'Object.keys(os.networkInterfaces()).join()'])
  const seen = spawnSync(command, args, { encoding: 'utf8' }).stdout.trim()
  expect(seen).toBe(command === process.execPath ? Object.keys(networkInterfaces()).join(',') : 'lo')
})

test('arguments reach the command whole', () => {
  const [command, args] = onClosedNetwork(process.execPath, ['-p', 'JSON.stringify(process.argv.slice(1))', '--', 'two words', '$HOME', '"'])
  expect(spawnSync(command, args, { encoding: 'utf8' }).stdout.trim()).toBe('["two words","$HOME","\\""]')
})
