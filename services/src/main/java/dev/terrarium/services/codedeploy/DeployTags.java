package dev.terrarium.services.codedeploy;

import dev.terrarium.kernel.Arn;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codedeploy.model.ArnNotSupportedException;
import software.amazon.awssdk.services.codedeploy.model.InvalidArnException;
import software.amazon.awssdk.services.codedeploy.model.InvalidTagsToAddException;
import software.amazon.awssdk.services.codedeploy.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.codedeploy.model.ListTagsForResourceResponse;
import software.amazon.awssdk.services.codedeploy.model.ResourceArnRequiredException;
import software.amazon.awssdk.services.codedeploy.model.Tag;
import software.amazon.awssdk.services.codedeploy.model.TagRequiredException;
import software.amazon.awssdk.services.codedeploy.model.TagResourceRequest;
import software.amazon.awssdk.services.codedeploy.model.TagResourceResponse;
import software.amazon.awssdk.services.codedeploy.model.UntagResourceRequest;
import software.amazon.awssdk.services.codedeploy.model.UntagResourceResponse;

/// Tags of applications and deployment groups.
final class DeployTags extends DeployPart {
  private static final int TAGS_MAX = 50;

  DeployTags(DeployStore store) {
    super(store);
  }

  static Map<String, String> map(List<Tag> tags) {
    var map = new TreeMap<String, String>();
    for (var tag : tags) {
      var key = tag.key() == null ? "" : tag.key();
      var value = tag.value() == null ? "" : tag.value();
      if (key.isEmpty() || key.length() > 128 || value.length() > 256 || key.startsWith("aws:")) {
        throw DeployErrors.of(
            InvalidTagsToAddException.builder(), "The tag key or value is invalid: " + key);
      }
      map.put(key, value);
    }
    return checked(map);
  }

  private static Map<String, String> checked(Map<String, String> tags) {
    if (tags.size() > TAGS_MAX) {
      throw DeployErrors.of(
          InvalidTagsToAddException.builder(),
          "A resource cannot have more than " + TAGS_MAX + " tags");
    }
    return tags;
  }

  /// The ARN, if it is of something here that bears tags and is there.
  private String there(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      throw DeployErrors.of(ResourceArnRequiredException.builder(), "The resource ARN is required");
    }
    var arn = Arn.of(text).orElse(null);
    if (arn == null || !arn.service().equals("codedeploy")) {
      throw DeployErrors.of(InvalidArnException.builder(), "The ARN is invalid: " + text);
    }
    var parts = arn.resource().split("[:/]", 3);
    if (parts[0].equals("application") && parts.length == 2) {
      store.application(parts[1]);
    } else if (parts[0].equals("deploymentgroup") && parts.length == 3) {
      store.group(parts[1], parts[2]);
    } else {
      throw DeployErrors.of(
          ArnNotSupportedException.builder(), "The specified ARN is not supported: " + text);
    }
    return text;
  }

  private void change(@Nullable String text, Consumer<Map<String, String>> change) {
    store.change(batch -> {
      var arn = there(text);
      var tags = tags(arn);
      change.accept(tags);
      store.tags.put(batch, arn, checked(tags));
    });
  }

  private Map<String, String> tags(String arn) {
    var found = store.tags.get(arn);
    return found == null ? new TreeMap<>() : new TreeMap<>(found);
  }

  @Override
  public TagResourceResponse tagResource(TagResourceRequest request) {
    if (request.tags().isEmpty()) {
      throw DeployErrors.of(TagRequiredException.builder(), "A tag is required");
    }
    var added = map(request.tags());
    change(request.resourceArn(), tags -> tags.putAll(added));
    return TagResourceResponse.builder().build();
  }

  @Override
  public UntagResourceResponse untagResource(UntagResourceRequest request) {
    if (request.tagKeys().isEmpty()) {
      throw DeployErrors.of(TagRequiredException.builder(), "A tag is required");
    }
    change(request.resourceArn(), tags -> request.tagKeys().forEach(tags::remove));
    return UntagResourceResponse.builder().build();
  }

  @Override
  public ListTagsForResourceResponse listTagsForResource(ListTagsForResourceRequest request) {
    var tags =
        tags(there(request.resourceArn())).entrySet().stream()
            .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
            .toList();
    return ListTagsForResourceResponse.builder().tags(tags).build();
  }
}
