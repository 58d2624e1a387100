import { describe, expect, it } from 'vitest'
import { chooseGpus, parseGpus } from '@main/clusters/local/processes/gpus'

const gpu = (index: number, usedMb = 0): { index: number; totalMb: number; usedMb: number } => ({ index, totalMb: 40_000, usedMb })

describe('what nvidia-smi prints', () => {
  it('is a line for each card', () => {
    expect(parseGpus('0, 81559, 4\n1, 81559, 71034\n')).toEqual([
      { index: 0, totalMb: 81_559, usedMb: 4 },
      { index: 1, totalMb: 81_559, usedMb: 71_034 },
    ])
  })

  it('may keep a value to itself, and may warn', () => {
    const text = 'WARNING: infoROM is corrupted at gpu 0000:01:00.0\n0, [N/A], [N/A]\n 1 ,24564, [Not Supported]\r\nNo devices were found\n'
    expect(parseGpus(text)).toEqual([
      { index: 0, totalMb: 0, usedMb: 0 },
      { index: 1, totalMb: 24_564, usedMb: 0 },
    ])
  })
})

describe('GPUs for a replica', () => {
  it('are those that other programs use least, in order', () => {
    expect(chooseGpus('m', 2, { gpus: [gpu(0, 30_000), gpu(1, 100), gpu(2, 4), gpu(3, 20_000)] }, new Set([2]))).toEqual([1, 3])
  })

  it('are none where none are wanted', () => {
    expect(chooseGpus('m', 0, { gpus: [] }, new Set())).toEqual([])
  })

  it('that are not there are said to be missing', () => {
    expect(() => chooseGpus('m', 2, { gpus: [gpu(0), gpu(1)] }, new Set([0]))).toThrow('"m" needs 2 GPUs; this machine has 2, and 1 is free.')
    expect(() => chooseGpus('m', 1, { gpus: [], problem: 'nvidia-smi did not answer' }, new Set())).toThrow('this machine has none that nvidia-smi names (nvidia-smi did not answer)')
  })
})
