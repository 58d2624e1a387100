import { join } from 'node:path'
import { stringify } from 'yaml'
import { hasSlurm, startSlurm } from '../../fixtures/slurm'
import { expect, test } from '../app'
import { seriousFindings } from '../axe'
import { chatOf } from '../chat'
import { scripted } from '../replicas-lab'

const model = 'org/whole-node'

if (hasSlurm())
  test('on a real Slurm a job that waits says why, in the lists and in the chat, and an admin ends it', async ({ apps }) => {
    const slurm = await startSlurm()
    try {
      const deployments = ['org/other', model].map((name) => ({ model: name, framework: 'api', launch: scripted('--says', '"from a job"'), resources: { cores: 2 } }))
      const app = await apps.start({ config: stringify({ version: 1, clusters: [{ name: 'lab', kind: 'slurm', workDir: join(apps.scratch, 'work'), deployments }] }), env: slurm.env })
      const { page } = app
      const chat = chatOf(page)
      await chat.lookAround()
      const go = (hash: string): Promise<void> => page.evaluate((to) => void (location.hash = to), hash)
      const row = (grid: string, text: string) => page.getByRole('grid', { name: grid }).getByRole('row').filter({ hasText: text })
      const details = (label: string) => page.getByRole('complementary', { name: label })

      await go('#/status/models')
      await row('Models', 'org/other').click()
      await details('Model').getByRole('button', { name: 'Start' }).click()
      await expect(row('Models', 'org/other')).toContainText('Live')
      await go('#/chat')
      await chat.chooseModel(model)
      await chat.ask('Is there room?')
      await expect(chat.answer).toContainText('whole-node waits in the queue of lab')
      await expect(chat.answer).toContainText('It waits for nodes to be free.')
      expect(await seriousFindings(page)).toEqual([])

      await go('#/status/models')
      await expect(row('Models', model)).toContainText('Queued')
      await row('Models', model).click()
      const replica = details('Model').getByRole('list', { name: 'Replicas' }).getByRole('listitem').filter({ hasText: 'Queued' })
      await expect(replica).toContainText('It waits for nodes to be free.')
      await go('#/status/clusters')
      await row('Clusters', 'lab').click()
      await expect(details('Cluster')).toContainText('Nodes free0 of 1, 1 used')

      await go('#/status/jobs')
      await row('Jobs', model).click()
      await details('Job').getByRole('button', { name: /^End job/ }).click()
      const question = page.getByRole('alertdialog')
      await expect(question).toContainText('It is taken out of the queue.')
      const before = (await slurm.command('squeue', '--noheader', '-o', '%i %T')).split('\n').find((line) => line.includes('PENDING'))!
      await question.getByRole('button', { name: 'End the job' }).click()
      await expect.poll(() => slurm.command('squeue', '--noheader', '-o', '%i %T')).not.toContain(before)
      // While it runs it starts another in the place of each.
      await app.stop()
    } finally {
      await slurm.stop()
    }
  })
