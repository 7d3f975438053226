package dev.terrarium.services.sns;

import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.KeyCodec;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A topic.
///
/// @param attributes those that were set, by AWS's names
record Topic(TopicKey key, Map<String, String> attributes, Map<String, String> tags) {
  /// Which topic: names are unique within an account and region.
  record TopicKey(String account, String region, String name) {
    static final KeyCodec<TopicKey> CODEC =
        KeyCodec.of(
            (key, writer) -> writer.string(key.account).string(key.region).string(key.name),
            reader -> new TopicKey(reader.string(), reader.string(), reader.string()));

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,256}(\\.fifo)?");

    /// The topic that an ARN names.
    static TopicKey of(@Nullable String text) {
      if (text == null) {
        throw SnsErrors.invalid("TopicArn or TargetArn Reason: no value for required parameter");
      }
      var arn = SnsErrors.arn(text, "TopicArn");
      if (!arn.service().equals("sns") || !NAME.matcher(arn.resource()).matches()) {
        throw SnsErrors.invalid("TopicArn");
      }
      return new TopicKey(arn.account(), arn.region(), arn.resource());
    }

    static boolean isValidName(String name) {
      return name.length() <= 256 && NAME.matcher(name).matches();
    }

    Scope scope() {
      return new Scope(account, region);
    }

    String arn() {
      return scope().arn("sns", name);
    }

    boolean isFifo() {
      return name.endsWith(".fifo");
    }
  }

  static final Codec<Topic> CODEC =
      Codec.of(
          1,
          (topic, writer) ->
              writer
                  .string(topic.key.account)
                  .string(topic.key.region)
                  .string(topic.key.name)
                  .strings(topic.attributes)
                  .strings(topic.tags),
          reader ->
              new Topic(
                  new TopicKey(reader.string(), reader.string(), reader.string()),
                  reader.strings(),
                  reader.strings()));

  Topic {
    attributes = Map.copyOf(attributes);
    tags = Map.copyOf(tags);
  }

  String arn() {
    return key.arn();
  }

  String attribute(String name) {
    return attributes.getOrDefault(name, "");
  }
}
