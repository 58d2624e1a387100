import { describe, expect, it, vi } from 'vitest'
import { createProcessTable, parseStat, psTable } from '@main/clusters/local/processes/process-table'

describe('/proc/<pid>/stat', () => {
  it('tells the group and the start, whatever the name of the program is', () => {
    const stat = '4242 (my (odd) name) S 1 4200 4200 0 -1 4194560 100 0 0 0 5 3 0 0 20 0 11 0 987654 1000000 2500 18446744073709551615'
    expect(parseStat(stat)).toEqual({ group: 4200, startTicks: '987654', isOver: false })
    expect(parseStat(stat.replace(') S ', ') Z '))).toMatchObject({ isOver: true })
  })

  it('of a process that is gone is nothing', () => {
    expect(parseStat('')).toBeUndefined()
  })
})

describe('ps on a Mac', () => {
  const answers: Readonly<Record<string, string>> = {
    '-o stat=,lstart= -p 10': 'Ss   Sat Nov 21 15:10:33 2026\n',
    '-o stat=,lstart= -p 11': 'Z    Sat Nov 21 15:10:34 2026\n',
    '-A -o pgid=,rss=': '    1   4096\n  700 1048576\n  700 524288\n  800  99\n',
  }
  const table = psTable((args) => {
    const answer = answers[args.join(' ')]
    return answer === undefined ? Promise.reject(new Error('exit code 1')) : Promise.resolve(answer)
  })

  it('tells when a process started, and nothing of one that is over', async () => {
    expect(await table.startOf(10)).toBe('Sat Nov 21 15:10:33 2026')
    expect(await table.startOf(11)).toBeUndefined()
    expect(await table.startOf(12)).toBeUndefined()
  })

  it('tells the same of a process wherever its machine travels', async () => {
    const startIn = async (zone: string): Promise<string | undefined> => {
      vi.stubEnv('TZ', zone)
      return createProcessTable('darwin').startOf(process.pid)
    }
    const start = await startIn('America/Chicago')
    expect(start).toBeDefined()
    expect(await startIn('Asia/Tokyo')).toBe(start)
    vi.unstubAllEnvs()
  })

  it('adds up the memory of a group', async () => {
    expect(await table.residentMb(new Set([700, 900]))).toEqual(new Map([[700, 1536]]))
  })
})
