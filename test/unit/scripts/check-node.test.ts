import { describe, expect, it } from 'vitest'
import { nodeComplaint } from '../../../scripts/lib/check-node.mjs'

describe('the check of Node', () => {
  it.each(['20.19.0', '20.20.2', '22.0.0', '24.11.1'])('accepts Node %s', (version) => {
    expect(nodeComplaint(version)).toBeUndefined()
  })

  it.each(['20.18.3', '18.20.4', '16.0.0'])('names both versions when Node is %s', (version) => {
    expect(nodeComplaint(version)).toBe(`FIRST Desktop needs Node 20.19 or newer, and this is Node ${version}.`)
  })
})
