package dev.terrarium.services.sns;

import dev.terrarium.services.sns.Topic.TopicKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sns.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.sns.model.ListTagsForResourceResponse;
import software.amazon.awssdk.services.sns.model.Tag;
import software.amazon.awssdk.services.sns.model.TagResourceRequest;
import software.amazon.awssdk.services.sns.model.TagResourceResponse;
import software.amazon.awssdk.services.sns.model.UntagResourceRequest;
import software.amazon.awssdk.services.sns.model.UntagResourceResponse;

/// The tags of topics.
final class SnsTags implements SnsPart {
  private static final int TAGS_MAX = 50;

  private final SnsStore stored;

  SnsTags(SnsStore stored) {
    this.stored = stored;
  }

  static void checkCount(int count) {
    if (count > TAGS_MAX) {
      throw SnsErrors.tooManyTags();
    }
  }

  static Map<String, String> map(List<Tag> list) {
    var tags = new LinkedHashMap<String, String>();
    for (var tag : list) {
      if (tag.key() == null || tag.key().isEmpty() || tag.key().length() > 128) {
        throw SnsErrors.invalid("Tags Reason: Tag keys must be between 1 and 128 characters long");
      } else if (tag.value() != null && tag.value().length() > 256) {
        throw SnsErrors.invalid("Tags Reason: Tag values must be at most 256 characters long");
      } else if (tag.key().startsWith("aws:")) {
        throw SnsErrors.invalid("Tags Reason: Tag keys must not begin with aws:");
      } else if (tags.put(tag.key(), tag.value() == null ? "" : tag.value()) != null) {
        throw SnsErrors.invalid("Duplicated keys are not allowed.");
      }
    }
    return tags;
  }

  private Topic topic(@Nullable String arn) {
    if (arn == null) {
      throw SnsErrors.required("resourceArn");
    }
    var topic = stored.topics.get(TopicKey.of(arn));
    if (topic == null) {
      throw SnsErrors.noResource();
    }
    return topic;
  }

  @Override
  public ListTagsForResourceResponse listTagsForResource(ListTagsForResourceRequest request) {
    var tags = new ArrayList<Tag>();
    topic(request.resourceArn())
        .tags()
        .forEach((name, value) -> tags.add(Tag.builder().key(name).value(value).build()));
    return ListTagsForResourceResponse.builder().tags(tags).build();
  }

  @Override
  public TagResourceResponse tagResource(TagResourceRequest request) {
    return stored.alone(request.resourceArn(), () -> tag(request));
  }

  private TagResourceResponse tag(TagResourceRequest request) {
    var topic = topic(request.resourceArn());
    var tags = new LinkedHashMap<>(topic.tags());
    tags.putAll(map(request.tags()));
    checkCount(tags.size());
    stored.save(new Topic(topic.key(), topic.attributes(), tags));
    return TagResourceResponse.builder().build();
  }

  @Override
  public UntagResourceResponse untagResource(UntagResourceRequest request) {
    return stored.alone(request.resourceArn(), () -> untag(request));
  }

  private UntagResourceResponse untag(UntagResourceRequest request) {
    var topic = topic(request.resourceArn());
    var tags = new LinkedHashMap<>(topic.tags());
    tags.keySet().removeAll(Set.copyOf(request.tagKeys()));
    stored.save(new Topic(topic.key(), topic.attributes(), tags));
    return UntagResourceResponse.builder().build();
  }
}
