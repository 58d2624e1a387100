import type { RpcImplementer } from '../implementer'
import type { RouterDeps } from '../router-deps'

export function backupHandlers(os: RpcImplementer, { backups }: RouterDeps) {
  return {
    list: os.backups.list.handler(async () => (await backups()).list()),
    begin: os.backups.begin.handler(async () => ({ id: await (await backups()).begin() })),
    append: os.backups.append.handler(async ({ input }) => {
      await (await backups()).append(input.id, input.lines)
      return {}
    }),
    commit: os.backups.commit.handler(async ({ input: { id, conversations, messages } }) => (await backups()).commit(id, { conversations, messages })),
    abort: os.backups.abort.handler(async ({ input }) => {
      await (await backups()).abort(input.id)
      return {}
    }),
    read: os.backups.read.handler(async ({ input }) => (await backups()).read(input.id, input.offset)),
  }
}
