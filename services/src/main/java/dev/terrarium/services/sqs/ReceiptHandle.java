package dev.terrarium.services.sqs;

import dev.terrarium.kernel.store.BinaryReader;
import dev.terrarium.kernel.store.BinaryWriter;
import dev.terrarium.kernel.store.StoreException;
import java.util.Base64;

/// What a receiver gets to delete a message or change its visibility with.
///
/// @param storageId of the queue when it was received
/// @param sequence of the message in the queue
/// @param token of that receive
record ReceiptHandle(String storageId, long sequence, long token) {
  static ReceiptHandle parse(String text) {
    try {
      var reader = new BinaryReader(Base64.getDecoder().decode(text));
      return new ReceiptHandle(reader.string(), reader.number(), reader.number());
    } catch (IllegalArgumentException | StoreException e) {
      throw SqsErrors.receiptHandle(text);
    }
  }

  @Override
  public String toString() {
    var writer = new BinaryWriter(1).string(storageId).number(sequence).number(token);
    return Base64.getEncoder().encodeToString(writer.toBytes());
  }
}
