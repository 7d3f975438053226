package dev.terrarium.services.sqs;

/// A message that was sent.
///
/// @param sequenceNumber of FIFO queues, else empty
record Sent(String messageId, String sequenceNumber) {}
