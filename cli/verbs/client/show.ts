import { absent } from '../../api/absent.ts'
import { openSession } from '../../session.ts'
import { clientShowLines } from '../../show/client.ts'
import { detailLines } from '../../show/clientDetail.ts'
import { campaignOfClient } from '../pick.ts'
import { pickClient } from '../pickClient.ts'
import { newVerb, type AddVerb } from '../verb.ts'

export const addClientShow: AddVerb = (parent, cli) => {
  const { t } = cli
  const command = newVerb(parent, cli, 'clientShow', 'show')
    .argument('<client>', t.args.client)
    .option('--campaign <id>', t.options.campaign)
  command.action(async (name: string) => {
    const session = openSession(cli, command)
    const { api } = session
    const clientId = await pickClient(session, name)
    const [client, campaignId, { clocks }] = await Promise.all([
      api.client(clientId),
      campaignOfClient(session, command.opts<{ campaign?: string }>().campaign),
      api.status(),
    ])
    const detail = campaignId && (await api.clientInCampaign(campaignId, clientId).catch(absent))
    session.show({ ...client, ...(campaignId && detail && { campaignId, detail }) }, () => [
      ...clientShowLines(client, clocks, session, detail ? 'inCampaign' : undefined),
      ...(campaignId && detail ? ['', ...detailLines(campaignId, detail, session)] : []),
    ])
  })
}
