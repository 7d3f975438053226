/// Amazon SQS: standard and FIFO queues.
///
/// A message is two entries in the store: what was sent, which never changes, and, from its first
/// receive or while it is delayed, its state (when it is visible again, how often it was received).
/// So a receive writes a few bytes whatever the body's size. The order in which messages are handed
/// out lives in memory ([Queue]) and is rebuilt from the store when a queue is first used.
@NullMarked
package dev.terrarium.services.sqs;

import org.jspecify.annotations.NullMarked;
