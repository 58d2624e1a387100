import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { siteConfig, siteName, type SiteConfig } from '@shared/config/sites'
import type { AccountSite } from '@shared/domain/account'
import { FirstError } from '@shared/errors'

export type Sites = Readonly<Record<string, SiteConfig>>

/** Sites that come with the app: a JSON file each, its name the site's. @throws FirstError `config_invalid` for one that is damaged */
export async function loadSitePresets(folder: string): Promise<Sites> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.json')).sort()
  const read = async (file: string): Promise<[string, SiteConfig]> => {
    try {
      return [siteName.parse(file.slice(0, -'.json'.length)), siteConfig.parse(JSON.parse(await readFile(join(folder, file), 'utf8')))]
    } catch (cause) {
      throw new FirstError('config_invalid', `The site ${join(folder, file)} cannot be read.`, { cause, action: 'Install FIRST Desktop again.' })
    }
  }
  return Object.fromEntries(await Promise.all(files.map(read)))
}

/** Presets and those of the configuration, which come in their place. */
export function createSiteBook(presets: Sites, own: () => Sites) {
  return {
    all: (): Sites => ({ ...presets, ...own() }),
    /** @throws FirstError `not_found` that names the sites there are */
    get(name: string): SiteConfig {
      const site = own()[name] ?? presets[name]
      if (site !== undefined) return site
      throw new FirstError('not_found', `There is no site named ${name}.`, { param: 'site', action: `Use one of ${Object.keys({ ...presets, ...own() }).join(', ')}, or describe it under sites in config.yaml.` })
    },
    list: (): AccountSite[] => Object.entries({ ...presets, ...own() }).map(([name, site]) => toAccountSite(name, site, own()[name] === undefined)),
  }
}
export type SiteBook = ReturnType<typeof createSiteBook>

function toAccountSite(name: string, { title, domains, policies, note, ways, gatewayUrl }: SiteConfig, isPreset: boolean): AccountSite {
  return { name, title, domains, hasPolicy: policies.length > 0, ways, isPreset, ...(note !== undefined && { note }), ...(gatewayUrl !== undefined && { gatewayUrl }) }
}
