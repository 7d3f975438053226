package dev.terrarium.services.kinesis;

import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// What has tags and a policy: a stream, or a consumer of it.
///
/// @param consumer its key and what it is, or null for the stream itself
record Resource(Streams streams, Stream stream, KinesisConsumers.@Nullable Found consumer) {
  /// The resource of an ARN.
  static Resource of(Streams streams, String arn) {
    var found = KinesisConsumers.find(streams, arn);
    if (found != null) {
      return new Resource(streams, found.stream(), found);
    }
    return new Resource(streams, streams.get(null, arn), null);
  }

  Map<String, String> tags() {
    return consumer == null ? stream.config().tags() : consumer.config().tags();
  }

  void tag(UnaryOperator<Map<String, String>> change) {
    if (consumer == null) {
      stream.change(config -> config.withTags(change.apply(config.tags())));
    } else {
      consumer.change(streams, config -> config.withTags(change.apply(config.tags())));
    }
  }

  /// Who else may use it, or empty.
  String policy() {
    return consumer == null ? stream.config().policy() : consumer.config().policy();
  }

  void policy(String replacement) {
    if (consumer == null) {
      stream.change(config -> config.withPolicy(replacement));
    } else {
      consumer.change(streams, config -> config.withPolicy(replacement));
    }
  }
}
