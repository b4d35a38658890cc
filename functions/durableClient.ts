import type { InvocationContext } from '@azure/functions'
import * as df from 'durable-functions'

/** The binding of every function that talks to orchestrations. */
export const durableInput = df.input.durableClient()

let made: { readonly said: string; readonly client: df.DurableClient } | undefined

/**
 * The durable client of an invocation; the one before, as long as the host says the same of itself: making one
 * checks a dozen addresses, which costs more than most requests do.
 */
export function durableOf(context: InvocationContext): df.DurableClient {
  const said = JSON.stringify(context.extraInputs.get(durableInput))
  if (made?.said !== said) made = { said, client: df.getClient(context) }
  return made.client
}
