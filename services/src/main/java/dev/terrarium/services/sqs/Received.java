package dev.terrarium.services.sqs;

import java.util.List;

/// A message that was received.
record Received(long sequence, Message message, MessageState state) {
  /// What one receive yields.
  ///
  /// @param deadLetters already taken out of memory, not yet out of the store
  record Receipt(List<Received> messages, List<Received> deadLetters) {}
}
