import type { Launch } from '../../engines/templates/resolve-launch'
import { quoteWord } from '../commands/quote'
import { shellWord } from './shell-text'

export interface RunScriptInput {
  readonly id: string
  readonly launch: Launch
  readonly modules: readonly string[]
  /** Whether an engine on the host where the job was submitted need listen on loopback only. */
  readonly reachesLoopback: boolean
}

/** What is submitted, in one line: managers keep it and show it to their admins, so that the launch with its secrets is not in it. */
export function jobLine(dir: string): string {
  return `fd_dir=${quoteWord(dir)}; cd "$fd_dir" || { echo "The work folder $fd_dir is not there on $(hostname)." >&2; exit 73; }; . ./run.sh`
}

/**
 * What a replica's job does, `run.sh` in its folder (0600), where the job is by now. It tells by files there, each put in place whole: `address.json`
 * where the engine listens, `ended.json` how it ended. What is printed goes to `log` as it is printed: some managers bring a job's output only when it is over.
 */
export function runScript({ id, launch, modules, reachesLoopback }: RunScriptInput): string {
  const argv = launch.argv.map(shellWord).join(' ')
  return [
    `# Replica ${id} of FIRST Desktop.`,
    'umask 077',
    'rm -f address.json ended.json',
    'fd_job=${SLURM_JOB_ID:-${PBS_JOBID:-}} fd_started=$(date +%s)',
    'printf "%s\\n" "$fd_job" >submitted.job && mv -f submitted.job submitted', // whoever submitted it may not have come to that
    'exec </dev/null >>log 2>&1',
    ...ending,
    ...modulesLoaded(modules),
    'IFS= read -r fd_key <key || { echo "The key of this replica cannot be read." ; exit 78; }',
    ...place({ reachesLoopback, hasKey: launch.hasKey }),
    ...choosing,
    ...(launch.keyFile === undefined ? [] : [`printf %s ${shellWord(launch.keyFile)} >engine-key`]),
    'fd_run() {',
    ...Object.entries(launch.env).map(([name, text]) => `  export ${name}=${shellWord(text)}`),
    `  ${argv} &`,
    '  fd_engine=$!',
    '}',
    ...running(id),
    '',
  ].join('\n')
}

/** An engine is told to end as the job is; how it ended is written by the shell's last act. */
const ending = [
  'fd_engine=',
  'fd_end() {',
  '  fd_code=$?',
  '  trap - EXIT',
  '  rm -f address.json',
  '  printf \'{"exitCode":%d,"at":%d}\\n\' "$fd_code" "$(date +%s)" >ended.part && mv -f ended.part ended.json',
  '  exit "$fd_code"',
  '}',
  'trap fd_end EXIT',
  'trap \'[ -z "$fd_engine" ] || kill -TERM "$fd_engine" 2>/dev/null\' TERM INT HUP',
]

function modulesLoaded(modules: readonly string[]): readonly string[] {
  if (modules.length === 0) return []
  return [
    'command -v module >/dev/null 2>&1 || . /etc/profile', // a job's shell is no login shell
    'command -v module >/dev/null 2>&1 || { echo "There is no command module on $(hostname)."; exit 78; }',
    ...modules.map((name) => `module load ${quoteWord(name)} || { echo ${quoteWord(`The module ${name} cannot be loaded.`)}; exit 78; }`),
  ]
}

interface Place {
  readonly reachesLoopback: boolean
  readonly hasKey: boolean
}

/** On the submitting host itself loopback is enough; elsewhere the node listens for the cluster, and the key keeps strangers out. */
function place({ reachesLoopback, hasKey }: Place): readonly string[] {
  const elsewhere = hasKey ? 'fd_host=0.0.0.0 fd_name=$fd_node' : 'echo "This engine takes no key, so it may listen on loopback only, and $fd_node cannot be reached there."; exit 78'
  return [
    'fd_node=$(hostname | tr -cd "A-Za-z0-9.-")',
    ...(reachesLoopback
      ? ['fd_from=${SLURM_SUBMIT_HOST:-${PBS_O_HOST:-}}', 'if [ -n "$fd_from" ] && [ "${fd_from%%.*}" = "${fd_node%%.*}" ]; then fd_host=127.0.0.1 fd_name=127.0.0.1', `else ${elsewhere}`, 'fi']
      : [elsewhere]),
  ]
}

/** Below the ports that Linux hands out itself (net.ipv4.ip_local_port_range starts at 32768). */
const choosing = [
  'fd_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null || (exec 3<>"/dev/tcp/$fd_name/$1") 2>/dev/null; }',
  'fd_choose() {',
  '  for fd_try in {1..100}; do',
  '    fd_port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))',
  '    fd_taken "$fd_port" || return 0',
  '  done',
  '  echo "No port is free on $fd_node."; exit 75',
  '}',
]

/** Another port is tried when somebody took this one before the engine did. */
function running(id: string): readonly string[] {
  return [
    'for fd_attempt in 1 2 3; do',
    '  fd_choose',
    '  fd_run',
    `  printf '{"id":"%s","job":"%s","host":"%s","port":%d,"at":%d}\\n' ${quoteWord(id)} "$fd_job" "$fd_name" "$fd_port" "$fd_started" >address.part && mv -f address.part address.json`,
    '  wait "$fd_engine"; fd_code=$?',
    '  while kill -0 "$fd_engine" 2>/dev/null; do wait "$fd_engine"; fd_code=$?; done', // a signal ends wait, not the engine
    '  [ "$fd_code" -ne 0 ] && fd_taken "$fd_port" || break',
    'done',
    'exit "$fd_code"',
  ]
}
