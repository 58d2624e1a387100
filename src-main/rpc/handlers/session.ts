import type { RpcImplementer } from '../implementer'
import type { RouterDeps } from '../router-deps'

export function sessionHandlers(os: RpcImplementer, { about, gatewayUrl, windowKey }: RouterDeps) {
  return {
    open: os.session.open.handler(() => {
      const url = `${gatewayUrl()}/v1`
      return {
        host: about.host,
        version: about.version,
        platform: process.platform,
        ...(about.host === 'desktop' && { gatewayUrl: url }),
        key: windowKey,
        publicUrl: url,
        dataDir: about.dataDir,
        ...(about.secretsNotice !== undefined && { secretsNotice: about.secretsNotice }),
      }
    }),
  }
}
