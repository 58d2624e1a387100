import { FirstError } from '@shared/errors'
import { addModelFile, removeModelFile } from '../../core/config/edits'
import type { RpcImplementer } from '../implementer'
import type { RouterDeps } from '../router-deps'

export function modelFileHandlers(os: RpcImplementer, { config, modelFiles }: RouterDeps) {
  return {
    find: os.modelFiles.find.handler(async () => [...(await modelFiles.find())]),
    describe: os.modelFiles.describe.handler(({ input }) => modelFiles.describe(input.path)),
    add: os.modelFiles.add.handler(async ({ input: { path, model, contextTokens } }) => {
      const file = await modelFiles.describe(path)
      if (file.problem !== undefined) throw new FirstError('model_file_invalid', file.problem, { param: 'path' })
      await config.edit((document) => addModelFile(document, { model, file: path, ...(contextTokens !== undefined && { contextTokens }) }))
      return {}
    }),
    remove: os.modelFiles.remove.handler(async ({ input }) => {
      await config.edit((document) => removeModelFile(document, input.model))
      return {}
    }),
  }
}
