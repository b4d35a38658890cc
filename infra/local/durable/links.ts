/** Where the management API and the SDK's local RPC are mounted on the host. */
export const webhookPath = '/runtime/webhooks/durabletask'
export const rpcPath = '/durabletask'

/** URLs to manage one instance; `instanceId` may be a placeholder. */
export function managementUrls(baseUrl: string, hubName: string, instanceId: string): Record<string, string> {
  const instance = `${baseUrl}${webhookPath}/instances/${encodeURIComponent(instanceId)}`
  const query = `taskHub=${encodeURIComponent(hubName)}&connection=Storage`
  return {
    id: instanceId,
    statusQueryGetUri: `${instance}?${query}`,
    sendEventPostUri: `${instance}/raiseEvent/{eventName}?${query}`,
    terminatePostUri: `${instance}/terminate?reason={text}&${query}`,
    rewindPostUri: `${instance}/rewind?reason={text}&${query}`,
    purgeHistoryDeleteUri: `${instance}?${query}`,
    restartPostUri: `${instance}/restart?${query}`,
    suspendPostUri: `${instance}/suspend?reason={text}&${query}`,
    resumePostUri: `${instance}/resume?reason={text}&${query}`,
  }
}

/**
 * The JSON text that a `durableClient` input binding receives.
 * @param baseUrl origin of the host, without a slash at the end
 */
export function durableClientInput(baseUrl: string, hubName: string): string {
  const orchestrators = `${baseUrl}${webhookPath}/orchestrators/{functionName}[/{instanceId}]`
  return JSON.stringify({
    taskHubName: hubName,
    creationUrls: {
      createNewInstancePostUri: `${orchestrators}?code=`,
      createAndWaitOnNewInstancePostUri: `${orchestrators}?timeout={timeoutInSeconds}&pollingInterval={intervalInSeconds}&code=`,
    },
    managementUrls: managementUrls(baseUrl, hubName, 'INSTANCEID'),
    baseUrl: `${baseUrl}${webhookPath}`,
    requiredQueryStringParameters: '',
    rpcBaseUrl: `${baseUrl}${rpcPath}/`,
  })
}
