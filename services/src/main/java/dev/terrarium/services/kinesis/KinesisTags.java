package dev.terrarium.services.kinesis;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.kinesis.model.AddTagsToStreamRequest;
import software.amazon.awssdk.services.kinesis.model.AddTagsToStreamResponse;
import software.amazon.awssdk.services.kinesis.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.kinesis.model.ListTagsForResourceResponse;
import software.amazon.awssdk.services.kinesis.model.ListTagsForStreamRequest;
import software.amazon.awssdk.services.kinesis.model.ListTagsForStreamResponse;
import software.amazon.awssdk.services.kinesis.model.RemoveTagsFromStreamRequest;
import software.amazon.awssdk.services.kinesis.model.RemoveTagsFromStreamResponse;
import software.amazon.awssdk.services.kinesis.model.Tag;
import software.amazon.awssdk.services.kinesis.model.TagResourceRequest;
import software.amazon.awssdk.services.kinesis.model.TagResourceResponse;
import software.amazon.awssdk.services.kinesis.model.UntagResourceRequest;
import software.amazon.awssdk.services.kinesis.model.UntagResourceResponse;

/// Tags of streams and consumers.
final class KinesisTags extends KinesisPart {
  private static final int TAGS_MAX = 50;
  private static final Pattern LETTERS = Pattern.compile("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*");

  KinesisTags(Streams streams) {
    super(streams);
  }

  /// Refuses tags that may not be.
  static void check(StreamKey key, Map<String, String> added, Map<String, String> there) {
    var failed = "Failed to add tags to stream " + key.name() + " under account " + key.account();
    for (var tag : added.entrySet()) {
      if (!LETTERS.matcher(tag.getKey()).matches() || !LETTERS.matcher(tag.getValue()).matches()) {
        throw KinesisErrors.invalid(
            failed
                + " because some tags contained illegal characters. The allowed characters are"
                + " Unicode letters, white-spaces, '_',',','/','=','+','-','@'.");
      }
    }
    var all = new HashMap<>(there);
    all.putAll(added);
    if (all.size() > TAGS_MAX) {
      throw KinesisErrors.invalid(
          failed
              + " because a given stream cannot have more than "
              + TAGS_MAX
              + " tags associated with it.");
    }
  }

  @Override
  public AddTagsToStreamResponse addTagsToStream(AddTagsToStreamRequest request) {
    new KinesisConstraints()
        .stream(request.streamName(), request.streamARN())
            .required("tags", request.hasTags() ? request.tags() : null)
            .count("tags", request.tags().keySet(), 1, 200)
            .tags(request.tags())
            .check();
    var stream = streams.get(request.streamName(), request.streamARN());
    stream.change(config -> config.withTags(merged(stream.key, config.tags(), request.tags())));
    return AddTagsToStreamResponse.builder().build();
  }

  private static Map<String, String> merged(
      StreamKey key, Map<String, String> there, Map<String, String> added) {
    check(key, added, there);
    var all = new HashMap<>(there);
    all.putAll(added);
    return all;
  }

  private static UnaryOperator<Map<String, String>> without(List<String> names) {
    return tags -> {
      var left = new HashMap<>(tags);
      names.forEach(left::remove);
      return left;
    };
  }

  @Override
  public RemoveTagsFromStreamResponse removeTagsFromStream(RemoveTagsFromStreamRequest request) {
    new KinesisConstraints()
        .stream(request.streamName(), request.streamARN())
            .required("tagKeys", request.hasTagKeys() ? request.tagKeys() : null)
            .count("tagKeys", request.tagKeys(), 1, 50)
            .check();
    streams
        .get(request.streamName(), request.streamARN())
        .change(config -> config.withTags(without(request.tagKeys()).apply(config.tags())));
    return RemoveTagsFromStreamResponse.builder().build();
  }

  @Override
  public ListTagsForStreamResponse listTagsForStream(ListTagsForStreamRequest request) {
    new KinesisConstraints()
        .stream(request.streamName(), request.streamARN())
            .length("exclusiveStartTagKey", request.exclusiveStartTagKey(), 1, 128)
            .range("limit", request.limit(), 1, 50)
            .check();
    var stream = streams.get(request.streamName(), request.streamARN());
    var after = request.exclusiveStartTagKey();
    var tags = new TreeMap<>(stream.config().tags());
    var rest = after == null ? tags : tags.tailMap(after, false);
    var max = request.limit() == null ? TAGS_MAX : request.limit();
    return ListTagsForStreamResponse.builder()
        .tags(shown(rest).stream().limit(max).toList())
        .hasMoreTags(rest.size() > max)
        .build();
  }

  private static List<Tag> shown(Map<String, String> tags) {
    return new TreeMap<>(tags)
        .entrySet().stream()
            .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
            .toList();
  }

  @Override
  public TagResourceResponse tagResource(TagResourceRequest request) {
    new KinesisConstraints()
        .required("tags", request.hasTags() ? request.tags() : null)
        .resource(request.resourceARN())
        .count("tags", request.tags().keySet(), 1, 200)
        .tags(request.tags())
        .check();
    var resource = Resource.of(streams, request.resourceARN());
    resource.tag(tags -> merged(resource.stream().key, tags, request.tags()));
    return TagResourceResponse.builder().build();
  }

  @Override
  public UntagResourceResponse untagResource(UntagResourceRequest request) {
    new KinesisConstraints()
        .required("tagKeys", request.hasTagKeys() ? request.tagKeys() : null)
        .resource(request.resourceARN())
        .count("tagKeys", request.tagKeys(), 1, 50)
        .check();
    Resource.of(streams, request.resourceARN()).tag(without(request.tagKeys()));
    return UntagResourceResponse.builder().build();
  }

  @Override
  public ListTagsForResourceResponse listTagsForResource(ListTagsForResourceRequest request) {
    new KinesisConstraints().resource(request.resourceARN()).check();
    return ListTagsForResourceResponse.builder()
        .tags(shown(Resource.of(streams, request.resourceARN()).tags()))
        .build();
  }
}
