/** Durations are milliseconds; `Infinity` means never. */
export interface QueueOptions {
  readonly lockDuration: number
  readonly maxDeliveryCount: number
  readonly defaultTimeToLive: number
  readonly deadLetteringOnExpiration: boolean
  readonly duplicateDetection: boolean
  readonly duplicateWindow: number
}

/** The service's defaults, but for duplicate detection's window, which only counts when detection is on. */
export const defaultQueueOptions: QueueOptions = {
  lockDuration: 60_000,
  maxDeliveryCount: 10,
  defaultTimeToLive: Number.POSITIVE_INFINITY,
  deadLetteringOnExpiration: false,
  duplicateDetection: false,
  duplicateWindow: 600_000,
}

/** A dead-letter queue locks like its parent, but nothing expires in it and nothing leaves it by itself. */
export const deadLetterOptions = (parent: QueueOptions): QueueOptions => ({
  ...defaultQueueOptions,
  lockDuration: parent.lockDuration,
  maxDeliveryCount: Number.POSITIVE_INFINITY,
})
