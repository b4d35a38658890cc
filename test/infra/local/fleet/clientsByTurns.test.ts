import { expect, test } from 'vitest'
import { clientsByTurns } from '../../../../infra/local/fleet/fleet.ts'
import { ClientId } from '../../../../orchestrations/domain/ids.ts'

const server = (client: string, host: string) => ({ clientId: ClientId.parse(client), host })

test('Enrolment goes round the clients, in each in its own order', () => {
  const servers = [server('a', '1'), server('a', '2'), server('a', '3'), server('b', '4'), server('c', '5')]
  expect(clientsByTurns(servers).map(({ host }) => host)).toEqual(['1', '4', '5', '2', '3'])
})
