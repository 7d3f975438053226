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

/// Tags of what can bear them here: databases, registries, schemas.
final class GlueTags extends GluePart {
  private static final int TAGS_MAX = 50;
  private static final Pattern DATABASE =
      Pattern.compile("arn:[^:]+:glue:([^:]*):(\\d{12}):database/([^/]+)");

  private final Registries registries;

  GlueTags(Registries registries) {
    super(registries.catalog);
    this.registries = registries;
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

  /// Does something with the tags of what an ARN names, which must be there, while nobody changes
  /// it.
  private Map<String, String> with(@Nullable String arn, UnaryOperator<Map<String, String>> work) {
    new GlueConstraints().required("resourceArn", arn).check();
    var name = arn == null ? "" : arn;
    var database = DATABASE.matcher(name);
    if (database.matches()) {
      var key = new DatabaseKey(database.group(2), database.group(1), database.group(3));
      return catalog.with(
          key,
          () -> {
            catalog.database(key);
            return work.apply(catalog.tags(name));
          });
    }
    var registry = RegistryKeys.registry(name);
    if (registry != null) {
      return registries.with(
          registry,
          () -> {
            registries.registry(registry);
            return work.apply(catalog.tags(name));
          });
    }
    var schema = RegistryKeys.schema(name);
    if (schema == null) {
      throw GlueErrors.invalid("Invalid resource ARN: " + arn);
    }
    return registries.with(
        schema.in(),
        () -> {
          registries.schema(schema);
          return work.apply(catalog.tags(name));
        });
  }

  private void change(@Nullable String arn, UnaryOperator<Map<String, String>> change) {
    var _ =
        with(
            arn,
            tags -> {
              var after = change.apply(new HashMap<>(tags));
              check(after);
              catalog.tags.put(String.valueOf(arn), after);
              return after;
            });
  }

  @Override
  public TagResourceResponse tagResource(TagResourceRequest request) {
    new GlueConstraints().present("tagsToAdd", request.hasTagsToAdd()).check();
    change(
        request.resourceArn(),
        tags -> {
          tags.putAll(request.tagsToAdd());
          return tags;
        });
    return TagResourceResponse.builder().build();
  }

  @Override
  public UntagResourceResponse untagResource(UntagResourceRequest request) {
    new GlueConstraints().present("tagsToRemove", request.hasTagsToRemove()).check();
    change(
        request.resourceArn(),
        tags -> {
          request.tagsToRemove().forEach(tags::remove);
          return tags;
        });
    return UntagResourceResponse.builder().build();
  }

  @Override
  public GetTagsResponse getTags(GetTagsRequest request) {
    return GetTagsResponse.builder().tags(with(request.resourceArn(), tags -> tags)).build();
  }
}
