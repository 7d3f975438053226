package dev.terrarium.services.eventbridge;

import dev.terrarium.kernel.Arn;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.eventbridge.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.eventbridge.model.ListTagsForResourceResponse;
import software.amazon.awssdk.services.eventbridge.model.Tag;
import software.amazon.awssdk.services.eventbridge.model.TagResourceRequest;
import software.amazon.awssdk.services.eventbridge.model.TagResourceResponse;
import software.amazon.awssdk.services.eventbridge.model.UntagResourceRequest;
import software.amazon.awssdk.services.eventbridge.model.UntagResourceResponse;

/// The tags of rules and buses.
final class EventTags extends EventsPart {
  private static final int TAGS_MAX = 50;

  EventTags(EventStore store) {
    super(store);
  }

  @Override
  public TagResourceResponse tagResource(TagResourceRequest request) {
    arn(request.resourceARN()).present("tags", request.hasTags()).tags(request.tags()).check();
    requireThere(request.resourceARN());
    return store.change(batch -> {
      var tags = tags(request.resourceARN());
      request.tags().forEach(tag -> tags.put(tag.key(), tag.value()));
      if (tags.size() > TAGS_MAX) {
        throw EventsErrors.validation("A resource can have at most " + TAGS_MAX + " tags.");
      }
      store.tags.put(batch, request.resourceARN(), tags);
      return TagResourceResponse.builder().build();
    });
  }

  @Override
  public UntagResourceResponse untagResource(UntagResourceRequest request) {
    arn(request.resourceARN()).present("tagKeys", request.hasTagKeys()).check();
    requireThere(request.resourceARN());
    return store.change(batch -> {
      var tags = tags(request.resourceARN());
      tags.keySet().removeAll(request.tagKeys());
      store.tags.put(batch, request.resourceARN(), tags);
      return UntagResourceResponse.builder().build();
    });
  }

  @Override
  public ListTagsForResourceResponse listTagsForResource(ListTagsForResourceRequest request) {
    arn(request.resourceARN()).check();
    requireThere(request.resourceARN());
    var tags =
        new TreeMap<>(tags(request.resourceARN()))
            .entrySet().stream()
                .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
                .toList();
    return ListTagsForResourceResponse.builder().tags(tags).build();
  }

  private static EventsConstraints arn(@Nullable String arn) {
    return new EventsConstraints().required("resourceARN", arn).length("resourceARN", arn, 1, 1600);
  }

  private Map<String, String> tags(String arn) {
    var tags = store.tags.get(arn);
    return tags == null ? new LinkedHashMap<>() : new LinkedHashMap<>(tags);
  }

  private void requireThere(String text) {
    var rule = RuleKey.of(text);
    if (rule.isPresent()) {
      var _ = store.bus(rule.get().bus());
      var _ = store.rule(rule.get());
      return;
    }
    var isBus =
        Arn.of(text)
            .filter(arn -> arn.service().equals("events"))
            .filter(arn -> arn.resource().startsWith("event-bus/"))
            .isPresent();
    if (!isBus) {
      throw EventsErrors.invalid(text, "Provided Arn is not in correct format.");
    }
    var _ = store.bus(BusKey.of(EventStore.scope(), text));
  }
}
