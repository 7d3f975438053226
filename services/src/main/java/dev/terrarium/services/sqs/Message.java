package dev.terrarium.services.sqs;

import dev.terrarium.kernel.store.BinaryReader;
import dev.terrarium.kernel.store.BinaryWriter;
import dev.terrarium.kernel.store.Codec;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/// A message as it was sent.
///
/// @param sentMillis when, by the clock
/// @param sender AWS's id of who sent it
/// @param deduplicationId of FIFO queues, else empty
/// @param sequenceNumber of FIFO queues, else empty
/// @param traceHeader the chain that it belongs to: the sender's own header, or Terrarium's
/// @param traceGiven whether the header is the sender's own, which receivers may ask for
/// @param source the ARN of the queue from which it was moved here as a dead letter, or empty
record Message(
    String id,
    String body,
    Map<String, MessageAttributeValue> attributes,
    long sentMillis,
    String sender,
    String groupId,
    String deduplicationId,
    String sequenceNumber,
    String traceHeader,
    boolean traceGiven,
    String source) {
  static final Codec<Message> CODEC = Codec.of(1, Message::write, Message::read);

  /// The message as it goes into another queue as a dead letter of `queueArn`, or back.
  Message movedFrom(String queueArn, String newSequenceNumber) {
    return new Message(
        id,
        body,
        attributes,
        sentMillis,
        sender,
        groupId,
        deduplicationId,
        newSequenceNumber,
        traceHeader,
        traceGiven,
        queueArn);
  }

  private static void write(Message message, BinaryWriter writer) {
    writer
        .string(message.id)
        .string(message.groupId)
        .number(message.sentMillis)
        .string(message.body)
        .string(message.sender)
        .string(message.deduplicationId)
        .string(message.sequenceNumber)
        .string(message.traceHeader)
        .flag(message.traceGiven)
        .string(message.source)
        .number(message.attributes.size());
    message.attributes.forEach((name, value) -> {
      writer.string(name).string(value.dataType());
      writer.optional(value.stringValue(), BinaryWriter::string);
      writer.optional(bytes(value), BinaryWriter::bytes);
    });
  }

  private static byte @Nullable [] bytes(MessageAttributeValue value) {
    return value.binaryValue() == null ? null : value.binaryValue().asByteArrayUnsafe();
  }

  private static Message read(BinaryReader reader) {
    var id = reader.string();
    var groupId = reader.string();
    var sentMillis = reader.number();
    var body = reader.string();
    var sender = reader.string();
    var deduplicationId = reader.string();
    var sequenceNumber = reader.string();
    var traceHeader = reader.string();
    var traceGiven = reader.flag();
    var source = reader.string();
    var count = reader.integer();
    Map<String, MessageAttributeValue> attributes = count == 0 ? Map.of() : new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      var name = reader.string();
      var value = MessageAttributeValue.builder().dataType(reader.string());
      value.stringValue(reader.optional(BinaryReader::string));
      var bytes = reader.optional(BinaryReader::bytes);
      if (bytes != null) {
        value.binaryValue(SdkBytes.fromByteArrayUnsafe(bytes));
      }
      attributes.put(name, value.build());
    }
    return new Message(
        id,
        body,
        attributes,
        sentMillis,
        sender,
        groupId,
        deduplicationId,
        sequenceNumber,
        traceHeader,
        traceGiven,
        source);
  }
}
