package dev.terrarium.services.ssm;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ssm.model.AddTagsToResourceRequest;
import software.amazon.awssdk.services.ssm.model.AddTagsToResourceResponse;
import software.amazon.awssdk.services.ssm.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.ssm.model.ListTagsForResourceResponse;
import software.amazon.awssdk.services.ssm.model.RemoveTagsFromResourceRequest;
import software.amazon.awssdk.services.ssm.model.RemoveTagsFromResourceResponse;
import software.amazon.awssdk.services.ssm.model.ResourceTypeForTagging;
import software.amazon.awssdk.services.ssm.model.Tag;

/// Tags of parameters.
final class SsmTags extends SsmPart {
  private static final int TAGS_MAX = 50;
  private static final Pattern LETTERS = Pattern.compile("^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)$");

  SsmTags(Parameters parameters) {
    super(parameters);
  }

  /// The tags that a request gives.
  static Map<String, String> of(List<Tag> given) {
    var constraints = new SsmConstraints();
    for (int i = 0; i < given.size(); i++) {
      var tag = given.get(i);
      var name = "tags." + (i + 1) + ".member.";
      constraints
          .required(name + "key", tag.key())
          .length(name + "key", tag.key(), 1, 128)
          .pattern(name + "key", tag.key(), LETTERS)
          .required(name + "value", tag.value())
          .length(name + "value", tag.value(), 0, 256)
          .pattern(name + "value", tag.value(), LETTERS);
    }
    constraints.check();
    var tags = new LinkedHashMap<String, String>();
    for (var tag : given) {
      if (tag.key().startsWith("aws:")) {
        throw SsmErrors.validation("aws: prefixed tag key names are not allowed for external use.");
      }
      tags.put(tag.key(), tag.value());
    }
    if (tags.size() > TAGS_MAX) {
      throw SsmErrors.tooManyTags();
    }
    return tags;
  }

  private static ParameterKey resource(@Nullable String type, @Nullable String id) {
    var types =
        ResourceTypeForTagging.knownValues().stream()
            .map(Object::toString)
            .sorted()
            .toArray(String[]::new);
    new SsmConstraints()
        .required("resourceType", type)
        .oneOf("resourceType", type, types)
        .required("resourceId", id)
        .check();
    if (!"Parameter".equals(type)) {
      throw SsmErrors.missing("resources of the type " + type);
    }
    return ParameterKey.of(java.util.Objects.requireNonNull(id));
  }

  private void check(ParameterKey key) {
    if (!parameters.heads.contains(key)) {
      throw SsmErrors.resourceId();
    }
  }

  @Override
  public AddTagsToResourceResponse addTagsToResource(AddTagsToResourceRequest request) {
    new SsmConstraints().present("tags", request.hasTags()).check();
    var key = resource(request.resourceTypeAsString(), request.resourceId());
    var more = of(request.tags());
    check(key);
    parameters.change(
        key,
        now -> {
          var tags = new LinkedHashMap<>(now.tags());
          tags.putAll(more);
          if (tags.size() > TAGS_MAX) {
            throw SsmErrors.tooManyTags();
          }
          return now.withTags(tags);
        });
    return AddTagsToResourceResponse.builder().build();
  }

  @Override
  public RemoveTagsFromResourceResponse removeTagsFromResource(
      RemoveTagsFromResourceRequest request) {
    new SsmConstraints().present("tagKeys", request.hasTagKeys()).check();
    var key = resource(request.resourceTypeAsString(), request.resourceId());
    check(key);
    parameters.change(
        key,
        now -> {
          var tags = new LinkedHashMap<>(now.tags());
          request.tagKeys().forEach(tags::remove);
          return now.withTags(tags);
        });
    return RemoveTagsFromResourceResponse.builder().build();
  }

  @Override
  public ListTagsForResourceResponse listTagsForResource(ListTagsForResourceRequest request) {
    var key = resource(request.resourceTypeAsString(), request.resourceId());
    check(key);
    var tags =
        new TreeMap<>(parameters.head(key).tags())
            .entrySet().stream()
                .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
                .toList();
    return ListTagsForResourceResponse.builder().tagList(tags).build();
  }
}
