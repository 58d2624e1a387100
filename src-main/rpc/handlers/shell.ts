import { FirstError } from '@shared/errors'
import type { ShellPort } from '../../core/ports'
import type { RpcImplementer } from '../implementer'
import type { RouterDeps } from '../router-deps'

export function shellHandlers(os: RpcImplementer, { shell, about }: RouterDeps) {
  const desktop = (): ShellPort => {
    if (shell === undefined) throw new FirstError('not_found', 'This needs the desktop app; here the window runs in a browser.')
    return shell
  }
  return {
    setTheme: os.shell.setTheme.handler(async ({ input }) => {
      await desktop().setTheme(input.theme)
      return {}
    }),
    chooseModelFile: os.shell.chooseModelFile.handler(async () => {
      const path = await desktop().chooseModelFile()
      return path === undefined ? {} : { path }
    }),
    setStaysAwake: os.shell.setStaysAwake.handler(({ input }) => {
      desktop().setStaysAwake(input.staysAwake)
      return {}
    }),
    showDataDir: os.shell.showDataDir.handler(async () => {
      await desktop().showFolder(about.dataDir)
      return {}
    }),
  }
}
