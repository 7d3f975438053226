package dev.terrarium.wire.codec;

import dev.terrarium.wire.codec.Shape.Member;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How members are called in query forms and XML, where that differs from the SDK's metadata.
///
/// The SDK speaks only JSON to SQS, so its metadata has lost the names that the query protocol
/// used; older clients still use them.
public interface Names {
  /// What a member is called.
  ///
  /// @param location its name in the form or its element's name
  /// @param flattened whether a list or map has no element of its own
  /// @param element the name of a list's elements, where it is not flattened
  /// @param key the name of a map's keys
  /// @param value the name of a map's values
  record Name(
      String location,
      boolean flattened,
      @Nullable String element,
      @Nullable String key,
      @Nullable String value) {}

  /// The name of a member of some operation.
  Name of(Member member, boolean response);

  /// As the SDK's metadata has them.
  Names PLAIN =
      (member, response) ->
          new Name(
              response ? member.responseLocation : member.location,
              member.flattened,
              member.elementName,
              member.keyName,
              member.valueName);

  /// As SQS had them in its query protocol.
  static Names sqs(String operation) {
    return (member, response) -> {
      var name = SqsNames.LOCATIONS.get(member.name);
      return switch (member.name) {
        case "Entries" -> flat(operation + "RequestEntry");
        case "Successful" -> flat(operation + "ResultEntry");
        case "Tags" -> new Name("Tag", true, null, "Key", "Value");
        case "Attributes", "MessageAttributes", "MessageSystemAttributes" ->
            new Name(name == null ? member.location : name, true, null, "Name", "Value");
        default -> name == null ? PLAIN.of(member, response) : flat(name);
      };
    };
  }

  private static Name flat(String location) {
    return new Name(location, true, null, null, null);
  }

  /// The names that lists had; not a member of the interface that anybody should use.
  final class SqsNames {
    static final Map<String, String> LOCATIONS =
        Map.ofEntries(
            Map.entry("Attributes", "Attribute"),
            Map.entry("MessageAttributes", "MessageAttribute"),
            Map.entry("MessageSystemAttributes", "MessageSystemAttribute"),
            Map.entry("AttributeNames", "AttributeName"),
            Map.entry("MessageAttributeNames", "MessageAttributeName"),
            Map.entry("MessageSystemAttributeNames", "MessageSystemAttributeName"),
            Map.entry("TagKeys", "TagKey"),
            Map.entry("AWSAccountIds", "AWSAccountId"),
            Map.entry("Actions", "ActionName"),
            Map.entry("Failed", "BatchResultErrorEntry"),
            Map.entry("Messages", "Message"),
            Map.entry("QueueUrls", "QueueUrl"),
            Map.entry("queueUrls", "QueueUrl"),
            Map.entry("Results", "ListMessageMoveTasksResultEntry"));

    private SqsNames() {}
  }
}
