import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Files of swagger-ui-dist that the page is made of, to their types; the build copies them (electron.vite.config.ts). */
export const swaggerFiles = { 'swagger-ui.css': 'text/css; charset=utf-8', 'swagger-ui-bundle.js': 'text/javascript; charset=utf-8' } as const
export type SwaggerFile = keyof typeof swaggerFiles

/** The folder of Swagger UI: the build's copy, or where the code runs from its sources the package itself. */
export function findSwaggerDir(from: string = import.meta.dirname): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = [join(folder, 'swagger-ui'), join(folder, 'node_modules/swagger-ui-dist')].find((candidate) => existsSync(join(candidate, 'swagger-ui.css')))
    if (found !== undefined) return found
    if (folder === dirname(folder)) return undefined
  }
}
