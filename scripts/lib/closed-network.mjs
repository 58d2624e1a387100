import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { say } from './say.mjs'

/** Brings loopback up in a new network namespace, and runs what follows there. */
const inside = ['sh', '-c', 'ip link set lo up && exec "$@"', 'sh']

/** As root, and as a user who is root in a namespace of its own. */
const ways = [['unshare', '-n'], ['unshare', '-r', '-n']]

/**
 * The command in a network namespace that has only loopback; where the system does not permit one, the command as it is, which is said.
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {[string, string[]]}
 */
export function onClosedNetwork(command, args) {
  const way = process.platform === 'linux' ? ways.find(isPermitted) : undefined
  if (way === undefined) {
    say('• This system gives no network namespace (unshare and ip on Linux): what follows runs on the whole network.')
    return [command, [...args]]
  }
  const [unshare = '', ...flags] = way
  return [unshare, [...flags, ...inside, command, ...args]]
}

/** @param {readonly string[]} way */
function isPermitted([command = '', ...flags]) {
  return spawnSync(command, [...flags, ...inside, 'true'], { stdio: 'ignore' }).status === 0
}
