package dev.terrarium.services.glue;

import dev.terrarium.services.glue.CatalogKeys.DatabaseKey;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.glue.model.GetTagsRequest;
import software.amazon.awssdk.services.glue.model.GetTagsResponse;
import software.amazon.awssdk.services.glue.model.TagResourceRequest;
import software.amazon.awssdk.services.glue.model.TagResourceResponse;
import software.amazon.awssdk.services.glue.model.UntagResourceRequest;
import software.amazon.awssdk.services.glue.model.UntagResourceResponse;

/// Tags of what has an ARN and can bear them: databases.
final class GlueTags extends GluePart {
  private static final int TAGS_MAX = 50;
  private static final Pattern ARN =
      Pattern.compile("arn:[^:]+:glue:([^:]*):(\\d{12}):(database)/([^/]+)");

  GlueTags(Catalog catalog) {
    super(catalog);
  }

  static void check(Map<String, String> tags) {
    var constraints = new GlueConstraints();
    tags.forEach((key, value) ->
        constraints.length("tags.key", key, 1, 128).length("tags.value", value, 0, 256));
    constraints.check();
    if (tags.keySet().stream().anyMatch(key -> key.startsWith("aws:"))) {
      throw GlueErrors.invalid("Tag keys must not begin with aws:");
    }
    if (tags.size() > TAGS_MAX) {
      throw GlueErrors.invalid("A resource cannot have more than " + TAGS_MAX + " tags.");
    }
  }

  /// The database of an ARN, which must be there.
  private DatabaseKey key(@Nullable String arn) {
    new GlueConstraints().required("resourceArn", arn).check();
    var matcher = ARN.matcher(arn == null ? "" : arn);
    if (!matcher.matches()) {
      throw GlueErrors.invalid("Invalid resource ARN: " + arn);
    }
    var key = new DatabaseKey(matcher.group(2), matcher.group(1), matcher.group(4));
    catalog.database(key);
    return key;
  }

  private void change(DatabaseKey key, UnaryOperator<Map<String, String>> change) {
    catalog.with(
        key,
        () -> {
          catalog.database(key);
          var after = change.apply(new HashMap<>(catalog.tags(key)));
          check(after);
          catalog.tags.put(key.arn(), after);
          return after;
        });
  }

  @Override
  public TagResourceResponse tagResource(TagResourceRequest request) {
    var key = key(request.resourceArn());
    new GlueConstraints().present("tagsToAdd", request.hasTagsToAdd()).check();
    change(
        key,
        tags -> {
          tags.putAll(request.tagsToAdd());
          return tags;
        });
    return TagResourceResponse.builder().build();
  }

  @Override
  public UntagResourceResponse untagResource(UntagResourceRequest request) {
    var key = key(request.resourceArn());
    new GlueConstraints().present("tagsToRemove", request.hasTagsToRemove()).check();
    change(
        key,
        tags -> {
          request.tagsToRemove().forEach(tags::remove);
          return tags;
        });
    return UntagResourceResponse.builder().build();
  }

  @Override
  public GetTagsResponse getTags(GetTagsRequest request) {
    return GetTagsResponse.builder().tags(catalog.tags(key(request.resourceArn()))).build();
  }
}
