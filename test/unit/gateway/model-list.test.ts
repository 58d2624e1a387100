import { afterEach, describe, expect, it } from 'vitest'
import { createDirectory, type Directory } from '@main/federation/directory'
import type { Call } from '@main/gateway/call'
import { modelList } from '@main/gateway/model-list'
import { memoryStore, quietLogger, scriptedCluster, snapshot } from '../federation/scripted-cluster'

describe('the list of models', () => {
  let directory: Directory
  afterEach(() => directory.close())

  it('shows an alias by its name, with the status of its best place, to whoever may use one of its models', async () => {
    directory = createDirectory({
      adapters: [scriptedCluster('a', snapshot('a', { big: 'offline', small: 'offline' })), scriptedCluster('b', snapshot('b', { big: 'live' }))],
      store: memoryStore(),
      logger: quietLogger,
      aliases: { fast: ['small', 'big'] },
    })
    await directory.refresh()
    const list = (allowed: readonly string[]): unknown => modelList(directory, { identity: { kind: 'key', id: 'k', name: 'K' }, isAdmin: false, allows: ({ model }) => allowed.includes(model) }, { params: {} } as Call).data.map(({ id, status, clusters }) => [id, status, clusters])
    expect(list(['big', 'small'])).toEqual([
      ['auto', 'live', ['b', 'a']],
      ['big', 'live', ['b', 'a']],
      ['fast', 'live', ['b', 'a']],
      ['small', 'offline', ['a']],
    ])
    expect(list(['small'])).toEqual([['auto', 'offline', ['a']], ['fast', 'offline', ['a']], ['small', 'offline', ['a']]])
    expect(list([])).toEqual([])
  })
})
