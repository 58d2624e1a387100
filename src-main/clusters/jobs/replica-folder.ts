import { z } from 'zod'
import { framework } from '@shared/domain/model'
import { FirstError } from '@shared/errors'
import type { CommandOutcome, CommandRunner } from '../commands/command-runner'
import type { Argv } from '../commands/command-runner'

const address = z.object({ job: z.string(), host: z.string().regex(/^[A-Za-z0-9.-]+$/), port: z.number().int().min(1).max(65_535), at: z.number() })
const ended = z.object({ exitCode: z.number().int(), at: z.number() })
const about = z.object({ model: z.string(), framework })
export type About = z.infer<typeof about>

/** What the files of a replica say; a file that is not there yet, or torn, says nothing, nor does what a submit command prints beside the id. */
export interface ReplicaNotes {
  readonly jobId?: string
  readonly about?: About
  readonly address?: z.infer<typeof address>
  readonly ended?: z.infer<typeof ended>
}

export interface Submission {
  readonly id: string
  readonly key: string
  readonly about: About
  /** The script that is submitted, without its first line. */
  readonly job: string
  /** What it goes on with, which the manager does not see. */
  readonly run: string
  readonly argv: Argv
}

/** The folders of replicas in the work folder of a site: its scripts, keys, logs and what jobs tell of themselves. */
export interface ReplicaFolders {
  pathOf(id: string, signal: AbortSignal): Promise<string>
  /** Writes the files and submits, as one command there: a connection that is lost on the way leaves no half of it. */
  submit(submission: Submission, signal: AbortSignal): Promise<CommandOutcome>
  notes(signal: AbortSignal): Promise<ReadonlyMap<string, ReplicaNotes>>
  /** The last lines of the log and of the manager's own output file; the key is masked. */
  tail(id: string, outputFile: string, signal: AbortSignal): Promise<string>
  /** Removes what has not been touched for a week, but for these. */
  prune(keep: readonly string[], signal: AbortSignal): Promise<void>
}

// Fixed texts for `sh -c`: what is of a person comes in as arguments. `cat` says why it cannot write; the shell's own printf does not.
const resolveScript = 'umask 077; case $1 in /*) d=$1;; "~/"*) d=$HOME/${1#??};; *) d=$HOME/$1;; esac; mkdir -p "$d/replicas" && cd "$d/replicas" && pwd'
const unwritable = 'first-desktop: not written'
const submitScript = `umask 077; d=$1; shift; { mkdir -p "$d" && cd "$d" && IFS= read -r k && printf "%s\\n" "$k" | cat >key && IFS= read -r a && printf "%s\\n" "$a" | cat >about.json && IFS= read -r j && printf '#!/bin/bash\\n%s\\n' "$j" | cat >job.sh && chmod 700 job.sh && cat >run.sh; } || { echo "${unwritable}" >&2; exit 73; }; "$@" </dev/null >submitted.part; c=$?; p=submitted.part; [ "$c" -ne 0 ] || { mv -f submitted.part submitted; p=submitted; }; cat "$p"; exit "$c"`
const notesScript = 'cd "$1" && ls >/dev/null || exit 73; for i in fd-*; do for f in submitted about.json address.json ended.json; do [ -f "$i/$f" ] && while IFS= read -r l || [ -n "$l" ]; do printf "%s\\t%s\\t%s\\n" "$i" "$f" "$l"; done <"$i/$f"; done; done 2>/dev/null; exit 0'
const tailScript = 'cd "$1" || exit 73; k=; [ -r key ] && read -r k <key; printf "%s\\n" "$k"; for f in log "$2"; do [ ! -s "$f" ] || tail -c 16384 "$f"; done'
const pruneScript = 'cd "$1" || exit 73; shift; k=" $* "; find . -maxdepth 1 -name "fd-*" -mtime +7 | while IFS= read -r p; do i=${p#./}; case $k in *" $i "*) ;; *) rm -rf -- "$i";; esac; done'

const idPattern = /^fd-[a-z0-9]{12}$/
const tailLines = 80

export interface FoldersDeps {
  readonly runner: CommandRunner
  readonly cluster: string
  readonly workDir: string
  readonly jobIdOf: (printed: string) => string | undefined
}

export function createReplicaFolders({ runner, cluster, workDir, jobIdOf }: FoldersDeps): ReplicaFolders {
  const script = (text: string, args: readonly string[], signal: AbortSignal, input?: string): Promise<CommandOutcome> => runner.run(['sh', '-c', text, 'sh', ...args], { signal, ...(input !== undefined && { input }) })

  const failed = ({ stderr, code }: CommandOutcome, what: string): FirstError => {
    const words = stderr.replace(unwritable, '').trim().split('\n').at(-1) ?? ''
    if (/No space left|Disk quota exceeded/i.test(stderr)) return new FirstError('disk_full', `The disk of the work folder ${workDir} of cluster ${cluster} is full.`, { action: `Free some space there, or set workDir of the cluster to another folder.` })
    return new FirstError('data_dir_unusable', `The work folder ${workDir} of cluster ${cluster} on ${runner.where} ${what}: ${words === '' ? `code ${code}` : words}.`, { action: 'Set workDir of the cluster in config.yaml to a folder that you may write and that the nodes see.' })
  }

  let root: Promise<string> | undefined
  /** Asked once: where the folder is does not change while we run. */
  const folder = (signal: AbortSignal): Promise<string> => {
    const asked = (root ??= script(resolveScript, [workDir], signal).then((outcome) => {
      const path = outcome.stdout.trimEnd().split('\n').at(-1) ?? ''
      if (outcome.code !== 0 || !path.startsWith('/')) throw failed(outcome, 'cannot be used')
      return path
    }))
    asked.catch(() => {
      if (root === asked) root = undefined
    })
    return asked
  }
  const pathOf = async (id: string, signal: AbortSignal): Promise<string> => {
    if (!idPattern.test(id)) throw new RangeError(`No id of a replica: ${id}`)
    return `${await folder(signal)}/${id}`
  }

  return {
    pathOf,
    async submit({ id, key, about, job, run, argv }, signal) {
      if (/[\r\n]/.test(key) || job.includes('\n')) throw new RangeError('A key is one line, and what is submitted too.')
      const input = `${key}\n${JSON.stringify(about)}\n${job}\n${run}`
      const outcome = await script(submitScript, [await pathOf(id, signal), ...argv], signal, input)
      if (outcome.stderr.includes(unwritable)) throw failed(outcome, 'cannot be written')
      return outcome
    },
    async notes(signal) {
      const outcome = await script(notesScript, [await folder(signal)], signal)
      if (outcome.code !== 0) throw failed(outcome, 'cannot be read')
      return readNotes(outcome.stdout, jobIdOf)
    },
    async tail(id, outputFile, signal) {
      const outcome = await script(tailScript, [await pathOf(id, signal), outputFile], signal)
      if (outcome.code !== 0 && outcome.stdout === '') throw failed(outcome, `has no log of ${id}`)
      const [key = '', ...lines] = outcome.stdout.trimEnd().split('\n')
      const tail = lines.slice(-tailLines).join('\n')
      return key === '' ? tail : tail.replaceAll(key, '***')
    },
    async prune(keep, signal) {
      await script(pruneScript, [await folder(signal), ...keep], signal)
    },
  }
}

function readNotes(text: string, jobIdOf: FoldersDeps['jobIdOf']): ReadonlyMap<string, ReplicaNotes> {
  const all = new Map<string, ReplicaNotes>()
  for (const line of text.split('\n')) {
    const [id = '', file, said = ''] = line.split('\t')
    if (idPattern.test(id)) all.set(id, { ...all.get(id), ...readNote(file, said, jobIdOf) })
  }
  return all
}

function readNote(file: string | undefined, said: string, jobIdOf: FoldersDeps['jobIdOf']): ReplicaNotes {
  if (file === 'submitted') {
    const jobId = jobIdOf(said)
    return jobId === undefined ? {} : { jobId }
  }
  const value = parseJson(said)
  const [told, end, what] = [address.safeParse(value), ended.safeParse(value), about.safeParse(value)]
  return { ...(told.success && { address: told.data }), ...(end.success && { ended: end.data }), ...(what.success && { about: what.data }) }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // written in part, or on a disk that was full
  }
}
