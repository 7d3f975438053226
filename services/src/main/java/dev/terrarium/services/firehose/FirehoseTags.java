package dev.terrarium.services.firehose;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.firehose.model.ListTagsForDeliveryStreamRequest;
import software.amazon.awssdk.services.firehose.model.ListTagsForDeliveryStreamResponse;
import software.amazon.awssdk.services.firehose.model.Tag;
import software.amazon.awssdk.services.firehose.model.TagDeliveryStreamRequest;
import software.amazon.awssdk.services.firehose.model.TagDeliveryStreamResponse;
import software.amazon.awssdk.services.firehose.model.UntagDeliveryStreamRequest;
import software.amazon.awssdk.services.firehose.model.UntagDeliveryStreamResponse;

/// Tags of delivery streams.
final class FirehoseTags extends FirehosePart {
  private static final int TAGS_MAX = 50;
  private static final Pattern KEY =
      Pattern.compile("^(?!aws:)[\\p{L}\\p{Z}\\p{N}_.:\\/=+\\-@%]*$");
  private static final Pattern VALUE = Pattern.compile("^[\\p{L}\\p{Z}\\p{N}_.:\\/=+\\-@%]*$");

  FirehoseTags(Deliveries deliveries) {
    super(deliveries);
  }

  static String value(Tag tag) {
    return tag.value() == null ? "" : tag.value();
  }

  /// Refuses tags that may not be.
  static void check(Map<String, String> tags) {
    var constraints = new FirehoseConstraints();
    tags.forEach((key, value) ->
        constraints
            .length("tags.member.key", key, 1, 128)
            .pattern("tags.member.key", key, KEY)
            .length("tags.member.value", value, 0, 256)
            .pattern("tags.member.value", value, VALUE));
    constraints.check();
    if (tags.size() > TAGS_MAX) {
      throw FirehoseErrors.limit("A delivery stream cannot have more than " + TAGS_MAX + " tags.");
    }
  }

  @Override
  public TagDeliveryStreamResponse tagDeliveryStream(TagDeliveryStreamRequest request) {
    new FirehoseConstraints()
        .stream(request.deliveryStreamName())
            .required("tags", request.hasTags() ? request.tags() : null)
            .count("tags", request.tags(), 1, TAGS_MAX)
            .check();
    deliveries.change(
        deliveries.get(request.deliveryStreamName()),
        config -> {
          var tags = new HashMap<>(config.tags());
          request.tags().forEach(tag -> tags.put(tag.key(), value(tag)));
          check(tags);
          return config.withTags(tags);
        });
    return TagDeliveryStreamResponse.builder().build();
  }

  @Override
  public UntagDeliveryStreamResponse untagDeliveryStream(UntagDeliveryStreamRequest request) {
    new FirehoseConstraints()
        .stream(request.deliveryStreamName())
            .required("tagKeys", request.hasTagKeys() ? request.tagKeys() : null)
            .count("tagKeys", request.tagKeys(), 1, TAGS_MAX)
            .check();
    deliveries.change(
        deliveries.get(request.deliveryStreamName()),
        config -> {
          var tags = new HashMap<>(config.tags());
          request.tagKeys().forEach(tags::remove);
          return config.withTags(tags);
        });
    return UntagDeliveryStreamResponse.builder().build();
  }

  @Override
  public ListTagsForDeliveryStreamResponse listTagsForDeliveryStream(
      ListTagsForDeliveryStreamRequest request) {
    new FirehoseConstraints()
        .stream(request.deliveryStreamName()).range("limit", request.limit(), 1, TAGS_MAX).check();
    var all = new TreeMap<>(deliveries.get(request.deliveryStreamName()).config().tags());
    var after = request.exclusiveStartTagKey();
    var rest = after == null ? all : all.tailMap(after, false);
    var max = request.limit() == null ? TAGS_MAX : request.limit();
    return ListTagsForDeliveryStreamResponse.builder()
        .tags(
            rest.entrySet().stream()
                .limit(max)
                .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
                .toList())
        .hasMoreTags(rest.size() > max)
        .build();
  }
}
