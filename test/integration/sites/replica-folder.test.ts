import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRunnerHere } from '@main/clusters/commands/here'
import { createReplicaFolders, type ReplicaFolders } from '@main/clusters/jobs/replica-folder'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { mountSmallDisk } from '../../fixtures/small-disk'
import { never } from './site'

describe('the folders of replicas', () => {
  let workDir: string
  beforeEach(async () => {
    workDir = await mkdtemp(join(tmpdir(), "fd-work it's-"))
  })
  afterEach(() => rm(workDir, { recursive: true }))
  const foldersIn = (dir: string, env: Record<string, string> = {}): ReplicaFolders => createReplicaFolders({ runner: createRunnerHere({ env }), cluster: 'lab', workDir: dir, jobIdOf: (text) => (/^\d+$/.test(text) ? text : undefined) })
  const submission = (id: string, ...argv: [string, ...string[]]) => ({ id, key: 'k', about: { model: 'm', framework: 'vllm' as const }, job: 'true', run: '', argv })

  test('are in the home folder there where the path does not say otherwise', async () => {
    for (const dir of ['.first-desktop', '~/.first-desktop']) expect(await foldersIn(dir, { HOME: workDir }).pathOf('fd-aaaaaaaaaaaa', never)).toBe(join(workDir, '.first-desktop/replicas/fd-aaaaaaaaaaaa'))
  })

  test('remember what was submitted, and nothing of what was refused', async () => {
    const folders = foldersIn(workDir)
    await folders.submit(submission('fd-aaaaaaaaaaaa', 'echo', '42'), never)
    expect(await folders.submit(submission('fd-bbbbbbbbbbbb', 'sh', '-c', 'echo no >&2; exit 3'), never)).toEqual({ code: 3, stdout: '', stderr: 'no\n' })
    expect(await folders.notes(never)).toEqual(new Map([['fd-aaaaaaaaaaaa', { jobId: '42', about: { model: 'm', framework: 'vllm' } }], ['fd-bbbbbbbbbbbb', { about: { model: 'm', framework: 'vllm' } }]]))
  })

  test('remember what was submitted where the submit command prints more than that', async () => {
    const folders = foldersIn(workDir)
    await folders.submit(submission('fd-aaaaaaaaaaaa', 'printf', 'Welcome to the lab.\n\n42\nGood luck.\n'), never)
    expect(await folders.notes(never)).toEqual(new Map([['fd-aaaaaaaaaaaa', { jobId: '42', about: { model: 'm', framework: 'vllm' } }]]))
  })

  test('are read past files that are torn, and folders of others', async () => {
    const folders = foldersIn(workDir)
    await folders.submit(submission('fd-aaaaaaaaaaaa', 'echo', '42'), never)
    const at = join(workDir, 'replicas')
    await writeFile(join(at, 'fd-aaaaaaaaaaaa/address.json'), '{"job":"42","ho')
    await writeFile(join(at, 'fd-aaaaaaaaaaaa/ended.json'), '')
    await mkdir(join(at, 'fd-other'))
    expect([...(await folders.notes(never)).values()]).toEqual([{ jobId: '42', about: { model: 'm', framework: 'vllm' } }])
  })

  test('are removed when nobody has touched them for a week, unless they are of a job that is not over', async () => {
    const folders = foldersIn(workDir)
    const ids = ['fd-aaaaaaaaaaaa', 'fd-bbbbbbbbbbbb', 'fd-cccccccccccc']
    for (const id of ids) await folders.submit(submission(id, 'echo', '42'), never)
    const longAgo = new Date(Date.now() - 9 * 86_400_000)
    for (const id of ids.slice(0, 2)) await utimes(join(workDir, 'replicas', id), longAgo, longAgo)
    await folders.prune(['fd-bbbbbbbbbbbb'], never)
    expect((await readdir(join(workDir, 'replicas'))).sort()).toEqual(['fd-bbbbbbbbbbbb', 'fd-cccccccccccc'])
  })

  test('say where a log is that cannot be read', async () => {
    await expect(foldersIn(workDir).tail('fd-aaaaaaaaaaaa', 'slurm.out', never)).rejects.toMatchObject({ code: 'data_dir_unusable', message: expect.stringContaining('has no log of fd-aaaaaaaaaaaa') as string })
  })

  const probe = mountSmallDisk(1)
  probe?.remove()
  if (probe === undefined) process.stderr.write('No disk can be mounted by this user: the test of a full disk of a site does not run. It does as root.\n')
  test.runIf(probe !== undefined)('say that the disk of the site is full', async () => {
    const disk = mountSmallDisk(1)!
    const folders = foldersIn(disk.path)
    await folders.pathOf('fd-aaaaaaaaaaaa', never)
    await writeFile(join(disk.path, 'filler'), Buffer.alloc(2_000_000)).catch(() => undefined)
    const refused: unknown = await folders.submit({ ...submission('fd-aaaaaaaaaaaa', 'echo', '42'), run: 'x'.repeat(100_000) }, never).catch((cause: unknown) => cause)
    disk.remove()
    expect(refused).toMatchObject({ code: 'disk_full' })
  })
})
