package dev.terrarium.services.sns;

import dev.terrarium.kernel.store.BinaryReader;
import dev.terrarium.kernel.store.BinaryWriter;
import dev.terrarium.kernel.store.Codec;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.sns.model.MessageAttributeValue;

/// A message that was published.
///
/// @param message the text; with structure `json` an object of texts by protocol
/// @param structure `json` or empty
/// @param subject or empty
/// @param groupId of FIFO topics, else empty
/// @param traceHeader the chain that it belongs to
record Notification(
    String id,
    String topicArn,
    String message,
    String structure,
    String subject,
    Map<String, MessageAttributeValue> attributes,
    long publishedMillis,
    String groupId,
    String deduplicationId,
    String sequenceNumber,
    String traceHeader) {
  static final Codec<Notification> CODEC = Codec.of(1, Notification::write, Notification::read);

  static void write(Notification n, BinaryWriter writer) {
    writer
        .string(n.id)
        .string(n.topicArn)
        .string(n.message)
        .string(n.structure)
        .string(n.subject)
        .number(n.publishedMillis)
        .string(n.groupId)
        .string(n.deduplicationId)
        .string(n.sequenceNumber)
        .string(n.traceHeader)
        .number(n.attributes.size());
    n.attributes.forEach((name, value) -> {
      writer.string(name).string(value.dataType());
      writer.optional(value.stringValue(), BinaryWriter::string);
      writer.optional(bytes(value), BinaryWriter::bytes);
    });
  }

  private static byte @Nullable [] bytes(MessageAttributeValue value) {
    return value.binaryValue() == null ? null : value.binaryValue().asByteArrayUnsafe();
  }

  static Notification read(BinaryReader reader) {
    var id = reader.string();
    var topicArn = reader.string();
    var message = reader.string();
    var structure = reader.string();
    var subject = reader.string();
    var publishedMillis = reader.number();
    var groupId = reader.string();
    var deduplicationId = reader.string();
    var sequenceNumber = reader.string();
    var traceHeader = reader.string();
    var attributes = new LinkedHashMap<String, MessageAttributeValue>();
    var count = reader.integer();
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
    return new Notification(
        id,
        topicArn,
        message,
        structure,
        subject,
        attributes,
        publishedMillis,
        groupId,
        deduplicationId,
        sequenceNumber,
        traceHeader);
  }

  /// Whether this stands for the question to an endpoint whether it wants to be subscribed: that
  /// has no text, and what is published always has one.
  boolean isQuestion() {
    return message.isEmpty();
  }

  /// The text for one protocol.
  String textFor(String protocol) {
    if (!structure.equals("json")) {
      return message;
    }
    var texts = dev.terrarium.kernel.Json.parse(message);
    return texts.path(texts.has(protocol) ? protocol : "default").asText();
  }
}
