import { describe, expect, it } from 'vitest'
import { engineEnv } from '@main/clusters/local/processes/engine-env'

describe('the environment of an engine', () => {
  const outer = { PATH: '/bin', LC_NUMERIC: 'C', NVIDIA_API_KEY: 'secret', HF_TOKEN: 'secret', CUDA_HOME: '/cuda', LANG: undefined }

  it('is what the machine needs, and what was configured, which wins', () => {
    expect(engineEnv({ id: 'fd-1', outer, own: { PATH: '/opt/bin', A: 'b' }, gpus: [2, 3] })).toEqual({
      PATH: '/opt/bin',
      LC_NUMERIC: 'C',
      CUDA_HOME: '/cuda',
      CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
      CUDA_VISIBLE_DEVICES: '2,3',
      A: 'b',
      FIRST_REPLICA: 'fd-1',
    })
  })

  it('hides cards that the replica did not get, unless the configuration says otherwise, and says nothing where there are none', () => {
    expect(engineEnv({ id: 'fd-1', outer, own: {}, gpus: [] })['CUDA_VISIBLE_DEVICES']).toBe('')
    expect(engineEnv({ id: 'fd-1', outer, own: { CUDA_VISIBLE_DEVICES: '0' }, gpus: [] })['CUDA_VISIBLE_DEVICES']).toBe('0')
    expect(engineEnv({ id: 'fd-1', outer, own: {} })).not.toHaveProperty('CUDA_VISIBLE_DEVICES')
  })

  it('cannot be given another mark', () => {
    expect(engineEnv({ id: 'fd-1', outer, own: { FIRST_REPLICA: 'fd-2' } })['FIRST_REPLICA']).toBe('fd-1')
  })
})
