package dev.terrarium.services.sqs;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeValue;

/// Checks messages that somebody wants to send.
final class Drafts {
  private static final Pattern ID =
      Pattern.compile("[A-Za-z0-9!\"#$%&'()*+,./:;<=>?@\\[\\\\\\]^_`{|}~-]{1,128}");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,256}");
  private static final Pattern TYPE = Pattern.compile("(String|Number|Binary)(\\..{1,249})?");
  private static final int ATTRIBUTES_MAX = 10;

  private final Cloud cloud;

  Drafts(Cloud cloud) {
    this.cloud = cloud;
  }

  /// What a caller wants to send.
  record Wanted(
      @Nullable String body,
      @Nullable Integer delaySeconds,
      Map<String, MessageAttributeValue> attributes,
      Map<String, MessageSystemAttributeValue> systemAttributes,
      @Nullable String deduplicationId,
      @Nullable String groupId) {}

  /// A message that may be sent.
  ///
  /// @param dedup what must not be sent again within five minutes, or empty
  /// @param bytes its size as AWS counts it
  record Draft(Message message, int delaySeconds, String dedup, int bytes) {}

  /// The message to be stored.
  ///
  /// @throws software.amazon.awssdk.awscore.exception.AwsServiceException if it may not be sent
  Drafts.Draft draft(Queue queue, Wanted wanted) {
    var config = queue.config();
    var body = wanted.body;
    if (body == null) {
      throw SqsErrors.missing("MessageBody");
    } else if (body.isEmpty()) {
      throw SqsErrors.missing("MessageBody");
    }
    var bytes = size(body, wanted.attributes);
    var limit = config.number("MaximumMessageSize");
    if (bytes > limit) {
      throw SqsErrors.invalid(
          "One or more parameters are invalid. Reason: Message must be shorter than "
              + limit
              + " bytes.");
    }
    checkCharacters(body);
    checkAttributes(wanted.attributes);
    var fifo = queue.key.isFifo();
    var delay = delay(wanted.delaySeconds, config, fifo);
    var group = group(wanted.groupId, fifo);
    var dedup = deduplicationId(wanted, config, fifo);
    var given = wanted.systemAttributes.get("AWSTraceHeader");
    checkSystemAttributes(wanted.systemAttributes);
    var call = Call.current();
    var trace = given == null ? call.cause().header() : given.stringValue();
    var message =
        new Message(
            cloud.ids().uuid(),
            body,
            wanted.attributes,
            cloud.clock().millis(),
            call.principal().userId(),
            group,
            dedup,
            "",
            trace,
            given != null,
            "");
    var window = config.dedupPerGroup() ? group + "\u0000" + dedup : dedup;
    return new Drafts.Draft(message, delay, fifo ? window : "", bytes);
  }

  private static int delay(@Nullable Integer wanted, QueueConfig config, boolean fifo) {
    if (wanted == null || fifo && wanted == 0) {
      return config.number("DelaySeconds");
    } else if (fifo) {
      throw SqsErrors.invalid(
          wanted,
          "DelaySeconds",
          "The request include parameter that is not valid for this queue type.");
    } else if (wanted < 0 || wanted > 900) {
      throw SqsErrors.invalid(wanted, "DelaySeconds", "DelaySeconds must be >= 0 and <= 900.");
    }
    return wanted;
  }

  private static String group(@Nullable String wanted, boolean fifo) {
    if (wanted == null) {
      if (fifo) {
        throw SqsErrors.missing("MessageGroupId");
      }
      return "";
    } else if (!ID.matcher(wanted).matches()) {
      throw SqsErrors.invalid(
          wanted,
          "MessageGroupId",
          "MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in"
              + " length.");
    }
    return wanted;
  }

  private static String deduplicationId(Wanted wanted, QueueConfig config, boolean fifo) {
    var given = wanted.deduplicationId;
    if (!fifo) {
      if (given != null) {
        throw SqsErrors.invalid(
            given,
            "MessageDeduplicationId",
            "The request includes a parameter that is not valid for this queue type.");
      }
      return "";
    } else if (given == null) {
      if (!config.flag("ContentBasedDeduplication")) {
        throw SqsErrors.noDeduplication();
      }
      return Digests.sha256(String.valueOf(wanted.body));
    } else if (!ID.matcher(given).matches()) {
      throw SqsErrors.invalid(
          given,
          "MessageDeduplicationId",
          "MessageDeduplicationId can only include alphanumeric and punctuation characters. 1 to"
              + " 128 in length.");
    }
    return given;
  }

  /// The message's size as AWS counts it: body, and names, types and values of attributes.
  static int size(String body, Map<String, MessageAttributeValue> attributes) {
    int size = utf8Length(body);
    for (var attribute : attributes.entrySet()) {
      var value = attribute.getValue();
      size += utf8Length(attribute.getKey());
      size += value.dataType() == null ? 0 : utf8Length(value.dataType());
      size += value.stringValue() == null ? 0 : utf8Length(value.stringValue());
      size += value.binaryValue() == null ? 0 : value.binaryValue().asByteArrayUnsafe().length;
    }
    return size;
  }

  private static int utf8Length(String text) {
    int length = text.length();
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return text.getBytes(StandardCharsets.UTF_8).length;
      }
    }
    return length;
  }

  /// XML 1.0's characters: tab, line feed, carriage return, and everything from the space on but
  /// surrogates alone, FFFE and FFFF.
  private static void checkCharacters(String body) {
    for (int i = 0; i < body.length(); i++) {
      var c = body.charAt(i);
      if (c < 0x20 && c != '\t' && c != '\n' && c != '\r' || c == 0xFFFE || c == 0xFFFF) {
        throw SqsErrors.contents(
            "Invalid characters found. Valid unicode characters are #x9 | #xA |"
                + " #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF");
      }
    }
  }

  private static void checkAttributes(Map<String, MessageAttributeValue> attributes) {
    if (attributes.size() > ATTRIBUTES_MAX) {
      throw SqsErrors.invalid(
          "Number of message attributes ["
              + attributes.size()
              + "] exceeds the allowed maximum ["
              + ATTRIBUTES_MAX
              + "].");
    }
    attributes.forEach(Drafts::checkAttribute);
  }

  private static void checkAttribute(String name, MessageAttributeValue value) {
    var lower = name.toLowerCase(java.util.Locale.ROOT);
    if (!NAME.matcher(name).matches()
        || name.startsWith(".")
        || name.endsWith(".")
        || name.contains("..")
        || lower.startsWith("aws.")
        || lower.startsWith("amazon.")) {
      throw SqsErrors.invalid("The message attribute name '" + name + "' is invalid.");
    }
    var type = value.dataType();
    if (type == null || type.isEmpty()) {
      throw SqsErrors.invalid(
          "The message attribute '" + name + "' must contain non-empty message attribute type.");
    } else if (!TYPE.matcher(type).matches()) {
      throw SqsErrors.invalid(
          "The message attribute '"
              + name
              + "' has an invalid message attribute type, the set of"
              + " supported type prefixes is Binary, Number, and String.");
    }
    var binary = type.startsWith("Binary");
    var text = value.stringValue();
    if (binary
        ? value.binaryValue() == null || value.binaryValue().asByteArrayUnsafe().length == 0
        : text == null || text.isEmpty()) {
      throw SqsErrors.invalid(
          "The message attribute '"
              + name
              + "' must contain non-empty message attribute value for"
              + " message attribute type '"
              + type
              + "'.");
    }
    if (type.startsWith("Number") && text != null) {
      try {
        new java.math.BigDecimal(text);
      } catch (NumberFormatException e) {
        throw SqsErrors.invalid(
            "Can't cast the value of message attribute '" + name + "' to a number.");
      }
    }
  }

  private static void checkSystemAttributes(Map<String, MessageSystemAttributeValue> attributes) {
    attributes.forEach((name, value) -> {
      if (!name.equals("AWSTraceHeader")
          || !"String".equals(value.dataType())
          || value.stringValue() == null) {
        throw SqsErrors.invalid("Message system attribute name '" + name + "' is invalid.");
      }
    });
  }
}
