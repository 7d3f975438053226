package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.ListTagsRequest;
import software.amazon.awssdk.services.lambda.model.ListTagsResponse;
import software.amazon.awssdk.services.lambda.model.TagResourceRequest;
import software.amazon.awssdk.services.lambda.model.TagResourceResponse;
import software.amazon.awssdk.services.lambda.model.UntagResourceRequest;
import software.amazon.awssdk.services.lambda.model.UntagResourceResponse;

/// Tags: those of functions are part of the function, those of event source mappings and code
/// signing configurations stand by themselves.
final class Tags implements LambdaPart {
  private static final int TAGS_MAX = 50;
  private static final Pattern RESOURCE =
      Pattern.compile(
          "arn:(aws[a-zA-Z-]*):lambda:[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:"
              + "(function:[a-zA-Z0-9-_]+(:(\\$LATEST|[a-zA-Z0-9-_]+))?"
              + "|code-signing-config:csc-[a-z0-9]{17}"
              + "|event-source-mapping:[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}"
              + "-[0-9a-fA-F]{12}|capacity-provider:[a-zA-Z0-9-_]+)");

  private final LambdaState state;
  private final Keyspace<Arn, Map<String, String>> tags;
  private final Map<String, Predicate<Arn>> kinds = new ConcurrentHashMap<>();

  Tags(Cloud cloud, LambdaState state) {
    this.state = state;
    this.tags =
        new Keyspace<>(
            cloud.store(),
            "lambda.tags",
            KeyCodec.of(
                (arn, to) -> to.string(arn.account()).string(arn.region()).string(arn.resource()),
                from -> {
                  var account = from.string();
                  return new Arn("aws", "lambda", from.string(), account, from.string());
                }),
            Codec.of(1, (map, to) -> to.strings(map), from -> from.strings()));
  }

  /// Names a kind of resource that has tags.
  ///
  /// @param prefix with which the resources' names begin
  /// @param exists tells whether one is there
  void known(String prefix, Predicate<Arn> exists) {
    kinds.put(prefix, exists);
  }

  static void check(Map<String, String> tags) {
    if (tags.size() > TAGS_MAX) {
      throw LambdaErrors.invalid("Number of tags exceeds resource tag limit.");
    }
  }

  /// Sets the tags of a new resource.
  void put(Batch batch, String arn, Map<String, String> all) {
    if (!all.isEmpty()) {
      tags.put(batch, Arn.of(arn).orElseThrow(), all);
    }
  }

  /// Forgets the tags of a resource.
  void delete(Batch batch, String arn) {
    tags.delete(batch, Arn.of(arn).orElseThrow());
  }

  @Override
  public TagResourceResponse tagResource(TagResourceRequest request) {
    checkResource(request.resource());
    if (request.tags().isEmpty()) {
      throw LambdaErrors.invalid("An error occurred and the request cannot be processed.");
    }
    change(
        request.resource(),
        before -> {
          var after = new LinkedHashMap<>(before);
          after.putAll(request.tags());
          check(after);
          return after;
        });
    return TagResourceResponse.builder().build();
  }

  @Override
  public UntagResourceResponse untagResource(UntagResourceRequest request) {
    checkResource(request.resource());
    if (request.tagKeys().isEmpty()) {
      throw LambdaErrors.constraint("tagKeys", null, "not be null");
    }
    change(
        request.resource(),
        before -> {
          var after = new LinkedHashMap<>(before);
          request.tagKeys().forEach(after::remove);
          return after;
        });
    return UntagResourceResponse.builder().build();
  }

  @Override
  public ListTagsResponse listTags(ListTagsRequest request) {
    checkResource(request.resource());
    var arn = other(request.resource());
    return ListTagsResponse.builder()
        .tags(
            arn == null
                ? state.require(function(request.resource())).tags()
                : tags.get(arn) instanceof Map<String, String> found ? found : Map.of())
        .build();
  }

  private static void checkResource(@Nullable String resource) {
    if (resource == null) {
      throw LambdaErrors.constraint("resource", null, "not be null");
    } else if (!RESOURCE.matcher(resource).matches()) {
      throw LambdaErrors.constraint(
          "resource", resource, "satisfy regular expression pattern: " + RESOURCE);
    }
  }

  private void change(String resource, UnaryOperator<Map<String, String>> change) {
    var arn = other(resource);
    if (arn != null) {
      state.locks.with(
          arn,
          () -> {
            var before = tags.get(arn);
            tags.put(arn, change.apply(before == null ? Map.of() : before));
            return arn;
          });
      return;
    }
    var reference = function(resource);
    state.locks.with(
        reference.function(),
        () -> {
          var function = state.require(reference);
          state.functions.put(
              reference.function(), function.withTags(change.apply(function.tags())));
          return reference;
        });
  }

  /// The ARN of something that is no function, or null.
  private @Nullable Arn other(String resource) {
    var arn = Arn.of(resource).orElse(null);
    if (arn == null) {
      return null;
    }
    for (var kind : kinds.entrySet()) {
      if (arn.resource().startsWith(kind.getKey())) {
        if (!kind.getValue().test(arn)) {
          throw LambdaErrors.noResource();
        }
        return arn;
      }
    }
    return null;
  }

  private static FunctionReference function(String arn) {
    var reference = FunctionReference.of(arn, null);
    if (reference.qualifier() != null) {
      throw LambdaErrors.invalid(
          "Tags on function aliases and versions are not supported. Please specify a function"
              + " ARN.");
    }
    return reference;
  }
}
