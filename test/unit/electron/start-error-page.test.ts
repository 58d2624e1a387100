import { describe, expect, it } from 'vitest'
import { startErrorPage } from '@main/electron/start-error-page'
import { FirstError } from '@shared/errors'

describe('the page of a start that failed', () => {
  it('says what happened, what to do, and where the data is', () => {
    const page = startErrorPage(new FirstError('data_dir_in_use', 'The data directory /data is held by another FIRST Desktop (process 7).'), '/data')
    expect(page).toContain('The data directory /data is held by another FIRST Desktop (process 7).')
    expect(page).toContain('Use the FIRST Desktop that holds it, or choose another folder with --data-dir.')
    expect(page).toContain('<dd>/data</dd>')
  })

  it('shows names that look like markup as they are', () => {
    const page = startErrorPage(new FirstError('data_dir_unusable', 'A <b>"bold"</b> & name.'), '/<script>')
    expect(page).toContain('A &lt;b&gt;&quot;bold&quot;&lt;/b&gt; &amp; name.')
    expect(page).not.toContain('<script>')
  })
})
