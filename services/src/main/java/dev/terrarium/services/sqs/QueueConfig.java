package dev.terrarium.services.sqs;

import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.store.Codec;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is stored of a queue itself.
///
/// @param storageId under which its messages are stored; a new one after a purge
/// @param attributes those that were set, by AWS's names
/// @param purged when it was last purged, or null
record QueueConfig(
    String storageId,
    Instant created,
    Instant modified,
    Map<String, String> attributes,
    Map<String, String> tags,
    @Nullable Instant purged) {
  static final Codec<QueueConfig> CODEC =
      Codec.of(
          1,
          (config, writer) ->
              writer
                  .string(config.storageId)
                  .instant(config.created)
                  .instant(config.modified)
                  .strings(config.attributes)
                  .strings(config.tags)
                  .optional(config.purged, (w, v) -> w.instant(v)),
          reader ->
              new QueueConfig(
                  reader.string(),
                  reader.instant(),
                  reader.instant(),
                  reader.strings(),
                  reader.strings(),
                  reader.optional(r -> r.instant())));

  /// Where messages go that were received too often.
  record Redrive(QueueKey target, int receivesMax) {}

  QueueConfig {
    attributes = Map.copyOf(attributes);
    tags = Map.copyOf(tags);
  }

  QueueConfig withAttributes(Map<String, String> changed, Instant now) {
    return new QueueConfig(storageId, created, now, changed, tags, purged);
  }

  QueueConfig withTags(Map<String, String> changed) {
    return new QueueConfig(storageId, created, modified, attributes, changed, purged);
  }

  QueueConfig purgedTo(String newStorageId, Instant now) {
    return new QueueConfig(newStorageId, created, modified, attributes, tags, now);
  }

  String attribute(String name) {
    return attributes.getOrDefault(name, QueueAttributes.DEFAULTS.getOrDefault(name, ""));
  }

  int number(String name) {
    return Integer.parseInt(attribute(name));
  }

  Duration seconds(String name) {
    return Duration.ofSeconds(number(name));
  }

  boolean flag(String name) {
    return attribute(name).equalsIgnoreCase("true");
  }

  /// Whether deduplication and ordering are per message group (high throughput) rather than per
  /// queue.
  boolean dedupPerGroup() {
    return attribute("DeduplicationScope").equals("messageGroup");
  }

  @Nullable Redrive redrive() {
    var policy = attribute("RedrivePolicy");
    if (policy.isEmpty()) {
      return null;
    }
    var tree = Json.parse(policy);
    return new Redrive(
        QueueKey.ofArn(tree.path("deadLetterTargetArn").asText()),
        tree.path("maxReceiveCount").asInt());
  }
}
