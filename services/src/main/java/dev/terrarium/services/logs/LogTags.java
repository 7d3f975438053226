package dev.terrarium.services.logs;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Locks;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatchlogs.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.ListTagsForResourceResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.TagResourceRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.TagResourceResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.UntagResourceRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.UntagResourceResponse;

/// Tags of whatever has them, by its ARN: log groups, destinations, detectors, deliveries.
final class LogTags implements LogsPart {
  private static final int TAGS_MAX = 50;

  private final LogsState state;

  LogTags(LogsState state) {
    this.state = state;
  }

  /// Things of one kind that have tags.
  ///
  /// @param tags of the thing of a name; throws the error if it is not there
  /// @param change changes them
  record Tagged(
      Function<String, Map<String, String>> tags,
      BiConsumer<String, UnaryOperator<Map<String, String>>> change) {
    /// Changes the tags of the thing of a name.
    void tag(String name, UnaryOperator<Map<String, String>> change) {
      this.change.accept(name, change);
    }

    /// Things whose own records have no place for tags.
    ///
    /// @param check throws the error if the thing of a name is not there
    static Tagged beside(
        Kept<ListTagsForResourceResponse> kept, Locks locks, UnaryOperator<String> check) {
      return new Tagged(
          name -> of(kept, check.apply(name)),
          (name, change) ->
              locks.with(
                  name,
                  () -> {
                    var arn = check.apply(name);
                    var after = change.apply(of(kept, arn));
                    kept.put(arn, ListTagsForResourceResponse.builder().tags(after).build());
                    return after;
                  }));
    }

    private static Map<String, String> of(Kept<ListTagsForResourceResponse> kept, String arn) {
      var found = kept.get(arn);
      return found == null ? Map.of() : found.tags();
    }
  }

  static Map<String, String> merged(Map<String, String> before, Map<String, String> more) {
    var all = new TreeMap<>(before);
    all.putAll(more);
    if (all.size() > TAGS_MAX) {
      throw LogsErrors.invalid("A resource may have at most 50 tags.");
    }
    return all;
  }

  static Map<String, String> without(Map<String, String> before, Collection<String> names) {
    var left = new TreeMap<>(before);
    names.forEach(left::remove);
    return left;
  }

  @Override
  public TagResourceResponse tagResource(TagResourceRequest request) {
    serve(
        request.resourceArn(),
        (tagged, name) -> tagged.tag(name, old -> merged(old, request.tags())));
    return TagResourceResponse.builder().build();
  }

  @Override
  public UntagResourceResponse untagResource(UntagResourceRequest request) {
    serve(
        request.resourceArn(),
        (tagged, name) -> tagged.tag(name, old -> without(old, request.tagKeys())));
    return UntagResourceResponse.builder().build();
  }

  @Override
  public ListTagsForResourceResponse listTagsForResource(ListTagsForResourceRequest request) {
    var response = ListTagsForResourceResponse.builder();
    serve(request.resourceArn(), (tagged, name) -> response.tags(tagged.tags().apply(name)));
    return response.build();
  }

  private void serve(@Nullable String arn, BiConsumer<Tagged, String> work) {
    if (arn == null) {
      throw LogsErrors.missing("resourceArn");
    }
    var resource = Arn.of(arn).map(Arn::resource).orElse("");
    var colon = resource.indexOf(':');
    var tagged = state.tagged.get(colon < 0 ? "" : resource.substring(0, colon));
    if (tagged == null) {
      throw LogsErrors.invalid("Invalid resource ARN: " + arn);
    }
    work.accept(tagged, resource.substring(colon + 1).replaceFirst(":\\*$", ""));
  }
}
