package dev.terrarium.services.kinesis;

import dev.terrarium.kernel.store.Codec;
import java.util.Map;

/// A consumer of a stream with throughput of its own.
///
/// @param policy who else may use it, or empty
record ConsumerConfig(long createdMillis, Map<String, String> tags, String policy) {
  static final Codec<ConsumerConfig> CODEC =
      Codec.of(
          1,
          (consumer, writer) ->
              writer.number(consumer.createdMillis).strings(consumer.tags).string(consumer.policy),
          reader -> new ConsumerConfig(reader.number(), reader.strings(), reader.string()));

  ConsumerConfig {
    tags = Map.copyOf(tags);
  }

  ConsumerConfig withTags(Map<String, String> replacement) {
    return new ConsumerConfig(createdMillis, replacement, policy);
  }

  ConsumerConfig withPolicy(String replacement) {
    return new ConsumerConfig(createdMillis, tags, replacement);
  }
}
