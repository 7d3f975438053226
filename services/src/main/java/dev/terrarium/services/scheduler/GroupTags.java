package dev.terrarium.services.scheduler;

import dev.terrarium.kernel.Arn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.scheduler.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.scheduler.model.ListTagsForResourceResponse;
import software.amazon.awssdk.services.scheduler.model.Tag;
import software.amazon.awssdk.services.scheduler.model.TagResourceRequest;
import software.amazon.awssdk.services.scheduler.model.TagResourceResponse;
import software.amazon.awssdk.services.scheduler.model.UntagResourceRequest;
import software.amazon.awssdk.services.scheduler.model.UntagResourceResponse;

/// Tags of schedule groups; schedules have none.
final class GroupTags implements SchedulerClient {
  private static final int TAGS_MAX = 50;
  private static final String RESOURCE = "schedule-group/";
  private static final Pattern GROUP =
      Pattern.compile(
          "^arn:aws(-[a-z]+)?:scheduler:[a-z0-9\\-]+:\\d{12}:schedule-group\\/[0-9a-zA-Z-_.]+$");

  private final SchedulerStore store;

  GroupTags(SchedulerStore store) {
    this.store = store;
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}

  static Map<String, String> map(List<Tag> tags) {
    var constraints = new SchedulerConstraints().count("tags", tags, 0, 200);
    var map = new TreeMap<String, String>();
    for (int i = 0; i < tags.size(); i++) {
      var tag = tags.get(i);
      var member = "tags." + (i + 1) + ".member.";
      constraints
          .required(member + "key", tag.key())
          .length(member + "key", tag.key(), 1, 128)
          .required(member + "value", tag.value())
          .length(member + "value", tag.value(), 1, 256);
      map.put(String.valueOf(tag.key()), String.valueOf(tag.value()));
    }
    constraints.check();
    for (var key : map.keySet()) {
      if (key.startsWith("aws:")) {
        throw SchedulerErrors.validation(
            "Tag keys must not start with 'aws:', which is reserved for system tags.");
      }
    }
    return map;
  }

  static Map<String, String> checked(Map<String, String> tags) {
    if (tags.size() > TAGS_MAX) {
      throw SchedulerErrors.quota("A resource can have " + TAGS_MAX + " tags at most.");
    }
    return tags;
  }

  private static GroupKey key(@Nullable String arn) {
    new SchedulerConstraints()
        .required("resourceArn", arn)
        .text("resourceArn", arn, 1, 1011, GROUP)
        .check();
    var parsed = Arn.of(String.valueOf(arn)).orElseThrow();
    return new GroupKey(
        parsed.account(), parsed.region(), parsed.resource().substring(RESOURCE.length()));
  }

  private void change(@Nullable String arn, Consumer<Map<String, String>> change) {
    var key = key(arn);
    boolean _ =
        store.change(
            key,
            batch -> {
              var group = store.group(key);
              var tags = new TreeMap<>(group.tags());
              change.accept(tags);
              store.groups.put(batch, key, group.with(checked(tags)));
              return true;
            });
  }

  @Override
  public TagResourceResponse tagResource(TagResourceRequest request) {
    var added = map(request.tags());
    change(request.resourceArn(), tags -> tags.putAll(added));
    return TagResourceResponse.builder().build();
  }

  @Override
  public UntagResourceResponse untagResource(UntagResourceRequest request) {
    new SchedulerConstraints().count("tagKeys", request.tagKeys(), 0, 200).check();
    change(request.resourceArn(), tags -> request.tagKeys().forEach(tags::remove));
    return UntagResourceResponse.builder().build();
  }

  @Override
  public ListTagsForResourceResponse listTagsForResource(ListTagsForResourceRequest request) {
    var tags = new ArrayList<Tag>();
    new TreeMap<>(store.group(key(request.resourceArn())).tags())
        .forEach((key, value) -> tags.add(Tag.builder().key(key).value(value).build()));
    return ListTagsForResourceResponse.builder().tags(tags).build();
  }
}
