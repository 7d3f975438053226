package dev.terrarium.services.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.trace.Cause;
import java.util.Base64;
import java.util.TreeMap;
import software.amazon.awssdk.services.sqs.model.Message;

/// A queue's message as a record of an event.
final class QueueRecords {
  private QueueRecords() {}

  static ObjectNode of(Message message, Arn queue) {
    var record = Json.object();
    record.put("messageId", message.messageId());
    record.put("receiptHandle", message.receiptHandle());
    record.put("body", message.body());
    var attributes = record.putObject("attributes");
    new TreeMap<>(message.attributesAsStrings()).forEach(attributes::put);
    attributes.remove(Cause.ATTRIBUTE);
    var own = record.putObject("messageAttributes");
    new TreeMap<>(message.messageAttributes())
        .forEach((name, value) -> {
          var attribute = own.putObject(name);
          if (value.stringValue() != null) {
            attribute.put("stringValue", value.stringValue());
          }
          if (value.binaryValue() != null) {
            attribute.put(
                "binaryValue",
                Base64.getEncoder().encodeToString(value.binaryValue().asByteArray()));
          }
          attribute.putArray("stringListValues");
          attribute.putArray("binaryListValues");
          attribute.put("dataType", value.dataType());
        });
    if (message.md5OfMessageAttributes() != null) {
      record.put("md5OfMessageAttributes", message.md5OfMessageAttributes());
    }
    record.put("md5OfBody", message.md5OfBody());
    record.put("eventSource", "aws:sqs");
    record.put("eventSourceARN", queue.toString());
    record.put("awsRegion", queue.region());
    return record;
  }
}
