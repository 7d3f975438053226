package dev.terrarium.services.cloudwatch;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.store.BinaryReader;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatch.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.cloudwatch.model.ListTagsForResourceResponse;
import software.amazon.awssdk.services.cloudwatch.model.ResourceNotFoundException;
import software.amazon.awssdk.services.cloudwatch.model.Tag;
import software.amazon.awssdk.services.cloudwatch.model.TagResourceRequest;
import software.amazon.awssdk.services.cloudwatch.model.TagResourceResponse;
import software.amazon.awssdk.services.cloudwatch.model.UntagResourceRequest;
import software.amazon.awssdk.services.cloudwatch.model.UntagResourceResponse;

/// The tags of alarms, rules and streams.
final class CloudWatchTags implements CloudWatchPart {
  private static final int TAGS_MAX = 50;

  private final Cloud cloud;
  private final Predicate<Arn> exists;
  private final Keyspace<String, Map<String, String>> tags;

  /// @param exists whether there is something of that ARN
  CloudWatchTags(Cloud cloud, Predicate<Arn> exists) {
    this.cloud = cloud;
    this.exists = exists;
    this.tags =
        new Keyspace<>(
            cloud.store(),
            "cloudwatch.tags",
            KeyCodec.STRING,
            Codec.of(1, (map, writer) -> writer.strings(map), BinaryReader::strings));
  }

  /// Tags something new.
  void create(Batch batch, String arn, List<Tag> list) {
    if (!list.isEmpty()) {
      tags.put(batch, arn, merged(Map.of(), list));
    }
  }

  void delete(Batch batch, String arn) {
    tags.delete(batch, arn);
  }

  private static Map<String, String> merged(Map<String, String> there, List<Tag> list) {
    var merged = new LinkedHashMap<>(there);
    for (var tag : list) {
      if (tag.key() == null || tag.key().isEmpty() || tag.key().startsWith("aws:")) {
        throw CloudWatchMetrics.invalid("The tag key " + tag.key() + " is invalid.");
      }
      merged.put(tag.key(), tag.value() == null ? "" : tag.value());
    }
    if (merged.size() > TAGS_MAX) {
      throw CloudWatchMetrics.invalid("A resource cannot have more than 50 tags.");
    }
    return merged;
  }

  private String checked(@Nullable String text) {
    AlarmRequests.require(text, "resourceARN");
    var arn =
        Arn.of(String.valueOf(text))
            .filter(a -> a.service().equals("cloudwatch"))
            .orElseThrow(() -> CloudWatchMetrics.invalid("Invalid ARN: " + text));
    if (!exists.test(arn)) {
      throw Errors.of(
          ResourceNotFoundException.builder(),
          404,
          "ResourceNotFoundException",
          "Resource " + text + " does not exist");
    }
    return arn.toString();
  }

  private Map<String, String> there(String arn) {
    var found = tags.get(arn);
    return found == null ? Map.of() : found;
  }

  @Override
  public TagResourceResponse tagResource(TagResourceRequest request) {
    var arn = checked(request.resourceARN());
    tags.put(arn, merged(there(arn), request.tags()));
    return TagResourceResponse.builder().build();
  }

  @Override
  public UntagResourceResponse untagResource(UntagResourceRequest request) {
    var arn = checked(request.resourceARN());
    var left = new LinkedHashMap<>(there(arn));
    left.keySet().removeAll(Set.copyOf(request.tagKeys()));
    var batch = new Batch();
    if (left.isEmpty()) {
      tags.delete(batch, arn);
    } else {
      tags.put(batch, arn, left);
    }
    cloud.store().commit(batch);
    return UntagResourceResponse.builder().build();
  }

  @Override
  public ListTagsForResourceResponse listTagsForResource(ListTagsForResourceRequest request) {
    var list =
        there(checked(request.resourceARN())).entrySet().stream()
            .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
            .toList();
    return ListTagsForResourceResponse.builder().tags(list).build();
  }
}
