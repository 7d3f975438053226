package dev.terrarium.services.sqs;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.trace.Cause;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageRequest;

/// What a receiver sees of a message: the attributes that it asked for.
final class ReceivedView {
  private final List<String> systemNames;
  private final List<String> names;
  private final String storageId;
  private final boolean internal;

  /// Older clients name system attributes in `AttributeNames`.
  @SuppressWarnings("deprecation")
  ReceivedView(ReceiveMessageRequest request, String storageId) {
    this.systemNames =
        SqsMessages.names(
            request.attributeNamesAsStrings(), request.messageSystemAttributeNamesAsStrings());
    this.names = request.messageAttributeNames();
    this.storageId = storageId;
    this.internal = Call.current().principal().arn().endsWith(".amazonaws.com");
  }

  software.amazon.awssdk.services.sqs.model.Message of(Received received) {
    var message = received.message();
    var attributes = attributes(message.attributes());
    var view =
        software.amazon.awssdk.services.sqs.model.Message.builder()
            .messageId(message.id())
            .body(message.body())
            .md5OfBody(Digests.md5(message.body()))
            .receiptHandle(
                new ReceiptHandle(storageId, received.sequence(), received.state().token())
                    .toString());
    if (!attributes.isEmpty()) {
      view.messageAttributes(attributes).md5OfMessageAttributes(Digests.md5(attributes));
    }
    if (!systemNames.isEmpty()) {
      var chosen = systemAttributes(received);
      if (!chosen.isEmpty()) {
        view.attributesWithStrings(chosen);
      }
    }
    return view.build();
  }

  private Map<String, MessageAttributeValue> attributes(Map<String, MessageAttributeValue> all) {
    var chosen = new LinkedHashMap<String, MessageAttributeValue>();
    all.forEach((name, value) -> {
      if (names.stream().anyMatch(wanted -> matches(wanted, name))) {
        chosen.put(name, value);
      }
    });
    return chosen;
  }

  private static boolean matches(String wanted, String name) {
    if (wanted.equals("All") || wanted.equals(".*")) {
      return true;
    }
    return wanted.endsWith(".*")
        ? name.startsWith(wanted.substring(0, wanted.length() - 2))
        : wanted.equals(name);
  }

  private Map<String, String> systemAttributes(Received received) {
    var message = received.message();
    var state = received.state();
    var all = new LinkedHashMap<String, String>();
    all.put("SenderId", message.sender());
    all.put("SentTimestamp", Long.toString(message.sentMillis()));
    all.put("ApproximateReceiveCount", Integer.toString(state.receives()));
    all.put("ApproximateFirstReceiveTimestamp", Long.toString(state.firstReceivedMillis()));
    putIfAny(all, "SequenceNumber", message.sequenceNumber());
    putIfAny(all, "MessageDeduplicationId", message.deduplicationId());
    putIfAny(all, "MessageGroupId", message.groupId());
    putIfAny(all, "DeadLetterQueueSourceArn", message.source());
    if (message.traceGiven()) {
      putIfAny(all, "AWSTraceHeader", message.traceHeader());
    }
    if (internal) {
      putIfAny(all, Cause.ATTRIBUTE, message.traceHeader());
    }
    if (!systemNames.contains("All")) {
      all.keySet().retainAll(systemNames);
    }
    return all;
  }

  private static void putIfAny(Map<String, String> map, String name, String value) {
    if (!value.isEmpty()) {
      map.put(name, value);
    }
  }
}
