package dev.terrarium.services.kms;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.kms.model.ListResourceTagsRequest;
import software.amazon.awssdk.services.kms.model.ListResourceTagsResponse;
import software.amazon.awssdk.services.kms.model.Tag;
import software.amazon.awssdk.services.kms.model.TagResourceRequest;
import software.amazon.awssdk.services.kms.model.TagResourceResponse;
import software.amazon.awssdk.services.kms.model.UntagResourceRequest;
import software.amazon.awssdk.services.kms.model.UntagResourceResponse;

/// Tags of keys.
final class KmsTags extends KmsPart {
  private static final int TAGS_MAX = 50;

  KmsTags(Keys keys) {
    super(keys);
  }

  /// The tags that a request gives.
  static Map<String, String> of(List<Tag> given) {
    var constraints = new KmsConstraints();
    for (int i = 0; i < given.size(); i++) {
      var tag = given.get(i);
      var name = "tags." + (i + 1) + ".member.";
      constraints
          .required(name + "tagKey", tag.tagKey())
          .length(name + "tagKey", tag.tagKey(), 1, 128)
          .required(name + "tagValue", tag.tagValue())
          .length(name + "tagValue", tag.tagValue(), 0, 256);
    }
    constraints.check();
    var tags = new LinkedHashMap<String, String>();
    for (var tag : given) {
      if (tag.tagKey().startsWith("aws:")) {
        throw KmsErrors.tag("Tags beginning with aws: are reserved");
      }
      if (tags.put(tag.tagKey(), tag.tagValue()) != null) {
        throw KmsErrors.tag("Duplicate tag keys");
      }
    }
    checkCount(tags);
    return tags;
  }

  private static void checkCount(Map<String, String> tags) {
    if (tags.size() > TAGS_MAX) {
      throw KmsErrors.tag("Too many tags");
    }
  }

  static List<Tag> shown(Map<String, String> tags) {
    return new TreeMap<>(tags)
        .entrySet().stream()
            .map(tag -> Tag.builder().tagKey(tag.getKey()).tagValue(tag.getValue()).build())
            .toList();
  }

  @Override
  public TagResourceResponse tagResource(TagResourceRequest request) {
    new KmsConstraints().key(request.keyId()).present("tags", request.hasTags()).check();
    var more = of(request.tags());
    var key = keys.named(request.keyId());
    KmsLifecycle.checkOwn(key, "TagResource");
    keys.change(
        key.ref(),
        now -> {
          Keys.checkNotPending(now);
          var tags = new LinkedHashMap<>(now.tags());
          tags.putAll(more);
          checkCount(tags);
          return now.withTags(tags);
        });
    return TagResourceResponse.builder().build();
  }

  @Override
  public UntagResourceResponse untagResource(UntagResourceRequest request) {
    new KmsConstraints().key(request.keyId()).present("tagKeys", request.hasTagKeys()).check();
    var key = keys.named(request.keyId());
    KmsLifecycle.checkOwn(key, "UntagResource");
    keys.change(
        key.ref(),
        now -> {
          Keys.checkNotPending(now);
          var tags = new LinkedHashMap<>(now.tags());
          tags.keySet().removeAll(new HashSet<>(request.tagKeys()));
          return now.withTags(tags);
        });
    return UntagResourceResponse.builder().build();
  }

  @Override
  public ListResourceTagsResponse listResourceTags(ListResourceTagsRequest request) {
    new KmsConstraints()
        .key(request.keyId())
        .range("limit", request.limit(), 1, 50)
        .length("marker", request.marker(), 1, 1024)
        .check();
    var key = keys.named(request.keyId());
    var max = request.limit() == null ? Integer.valueOf(50) : request.limit();
    var page = Pages.of(shown(key.tags()), Tag::tagKey, max, request.marker());
    return ListResourceTagsResponse.builder()
        .tags(page.items())
        .truncated(page.truncated())
        .nextMarker(page.token())
        .build();
  }
}
