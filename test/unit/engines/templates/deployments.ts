import { launchedDeployment, type LaunchedDeployment } from '@shared/config/deployment'
import { fillLaunch, resolveLaunch, type Launch } from '@main/engines/templates/resolve-launch'

/** A deployment as config.yaml gives it, with its defaults. */
export function deploymentOf(fields: object): LaunchedDeployment {
  return launchedDeployment.parse({ model: 'org/model', framework: 'vllm', ...fields })
}

export function filled(fields: object): Launch & { readonly words: readonly string[]; readonly variables: Readonly<Record<string, string>> } {
  const launch = resolveLaunch(deploymentOf(fields))
  const { argv, env } = fillLaunch(launch, { host: '127.0.0.1', port: 4242, key: 'the-key', keyFile: '/keys/one' })
  return { ...launch, words: argv, variables: env }
}
