import type { Locks } from './environment'

/** Web Locks: the browser lets a lock go when its window dies, however it dies. */
export function createWebLocks(manager: LockManager): Locks {
  function request(name: string, ifAvailable: boolean): Promise<(() => void) | undefined> {
    return new Promise((granted, failed) => {
      manager
        .request(name, { ifAvailable }, (lock) => {
          if (lock) return new Promise<void>((release) => granted(release))
          granted(undefined)
          return undefined
        })
        .catch(failed)
    })
  }
  return {
    hold: async (name) => (await request(name, false)) ?? (() => undefined),
    tryHold: (name) => request(name, true),
    held: async () => new Set((await manager.query()).held?.flatMap((lock) => lock.name ?? [])),
  }
}

/** For a page without Web Locks (one opened by a plain http address): it knows of itself only. */
export function createMemoryLocks(): Locks {
  const waiting = new Map<string, (() => void)[]>()
  function releaser(name: string): () => void {
    let isHeld = true
    return () => {
      if (!isHeld) return
      isHeld = false
      const next = waiting.get(name)?.shift()
      if (next) next()
      else waiting.delete(name)
    }
  }
  function tryHold(name: string): (() => void) | undefined {
    if (waiting.has(name)) return undefined
    waiting.set(name, [])
    return releaser(name)
  }
  return {
    hold: async (name) => {
      const release = tryHold(name)
      if (release) return release
      await new Promise<void>((turn) => waiting.get(name)?.push(turn))
      return releaser(name)
    },
    tryHold: (name) => Promise.resolve(tryHold(name)),
    held: () => Promise.resolve(new Set(waiting.keys())),
  }
}

export function systemLocks(): Locks {
  return 'locks' in navigator ? createWebLocks(navigator.locks) : createMemoryLocks()
}
