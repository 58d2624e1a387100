/** Who signs in on the pages of the double, and what they answer. */
export interface Visitor {
  /** Name of the identity provider, as the list has it. */
  readonly provider: string
  readonly username: string
  /** Default `Allow`. */
  readonly decision?: 'Allow' | 'Deny'
}

export interface Browser {
  /** Opens an address to authorize, and goes through the pages up to the answer: the address that the client is called at. */
  authorize(url: string, visitor: Visitor): Promise<URL>
  /** One page by itself; forms are sent with `press`. */
  open(url: string): Promise<Page>
}

export interface Page {
  readonly url: URL
  readonly title: string
  readonly text: string
  /** Set when the browser was sent away from the double. */
  readonly isAway: boolean
  /** Presses a button by its label; `value` is for a list. */
  press(label: string, value?: string): Promise<Page>
}

interface Button {
  readonly label: string
  readonly fields: Readonly<Record<string, string>>
}

/** A browser as far as the pages of the double need one: cookies, redirects and forms. Real ones click through them too. */
export function createBrowser(): Browser {
  const cookies = new Map<string, string>()

  const send = async (url: URL, home: string, body?: URLSearchParams): Promise<Page> => {
    if (url.origin !== home) return { url, title: '', text: '', isAway: true, press: () => Promise.reject(new Error('this is not a page of the double')) }
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }, ...(body !== undefined && { method: 'POST', body }) })
    const [name, value] = (answer.headers.get('set-cookie') ?? '').split(';')[0]?.split('=') ?? []
    if (name !== undefined && value !== undefined) cookies.set(name, value)
    const location = answer.headers.get('location')
    if (location !== null) return send(new URL(location, url), home)
    const text = await answer.text()
    return {
      url,
      title: /<h1>(.*?)<\/h1>/.exec(text)?.[1] ?? '',
      text,
      isAway: false,
      press: (label, chosen) => {
        const button = buttonsOf(text).find((one) => one.label === label)
        if (button === undefined) return Promise.reject(new Error(`no button ${label} on the page: ${text}`))
        return send(url, home, new URLSearchParams({ ...button.fields, ...(chosen !== undefined && { value: chosen }) }))
      },
    }
  }

  const open = (url: string): Promise<Page> => send(new URL(url), new URL(url).origin)

  return {
    open,
    async authorize(url, { provider, username, decision = 'Allow' }) {
      let page = await open(url)
      for (let steps = 0; !page.isAway && !page.url.pathname.endsWith('/auth-code') && steps < 8; steps++) {
        const option = new RegExp(`<option value="([^"]*)"[^>]*>${provider}</option>`).exec(page.text)?.[1]
        const labels = buttonsOf(page.text).map(({ label }) => label)
        const next = ['Continue', `Log in as ${username}`, 'Approve second factor', decision].find((label) => labels.includes(label))
        if (next === undefined) throw new Error(`nothing to press on the page ${page.title}: ${page.text}`)
        page = await page.press(next, next === 'Continue' ? option : undefined)
      }
      return page.url
    },
  }
}

function buttonsOf(html: string): Button[] {
  return [...html.matchAll(/<form[^>]*>(.*?)<\/form>/gs)].map(([, inner = '']) => {
    const fields = [...inner.matchAll(/<(?:input|button)[^>]*? name="([^"]*)"[^>]*? value="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value])
    return { label: /<button[^>]*>(.*?)<\/button>/.exec(inner)?.[1] ?? '', fields: Object.fromEntries(fields) as Record<string, string> }
  })
}
