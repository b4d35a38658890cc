import type { DurableEngine, DurableHttpRequest, DurableHttpResponse } from './contract.ts'

/** Entities over HTTP. */
export async function handleEntity(
  _engine: DurableEngine,
  _request: DurableHttpRequest,
  _segments: readonly string[],
): Promise<DurableHttpResponse | undefined> {
  return { status: 501, headers: {}, body: 'The embedded Durable engine does not run entities.' }
}
