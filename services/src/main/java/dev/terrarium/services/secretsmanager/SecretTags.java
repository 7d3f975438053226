package dev.terrarium.services.secretsmanager;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.secretsmanager.model.Tag;
import software.amazon.awssdk.services.secretsmanager.model.TagResourceRequest;
import software.amazon.awssdk.services.secretsmanager.model.TagResourceResponse;
import software.amazon.awssdk.services.secretsmanager.model.UntagResourceRequest;
import software.amazon.awssdk.services.secretsmanager.model.UntagResourceResponse;

/// Tags of secrets.
final class SecretTags extends SecretsPart {
  private static final int TAGS_MAX = 50;

  SecretTags(Secrets secrets) {
    super(secrets);
  }

  /// The tags that a request gives.
  static List<Tag> of(List<Tag> given) {
    var constraints = new SecretConstraints();
    for (int i = 0; i < given.size(); i++) {
      var tag = given.get(i);
      var name = "tags." + (i + 1) + ".member.";
      constraints
          .length(name + "key", tag.key(), 1, 128)
          .length(name + "value", tag.value(), 0, 256);
    }
    constraints.check();
    var tags = new LinkedHashMap<String, String>();
    for (var tag : given) {
      if (tag.key() == null || tag.key().startsWith("aws:")) {
        throw SecretErrors.parameter("The tag key must be there and must not start with aws:.");
      }
      tags.put(tag.key(), tag.value() == null ? "" : tag.value());
    }
    return shown(tags);
  }

  static List<Tag> shown(Map<String, String> tags) {
    if (tags.size() > TAGS_MAX) {
      throw SecretErrors.parameter("A secret can have no more than " + TAGS_MAX + " tags.");
    }
    var shown = new ArrayList<Tag>();
    tags.forEach((key, value) -> shown.add(Tag.builder().key(key).value(value).build()));
    return shown;
  }

  @Override
  public TagResourceResponse tagResource(TagResourceRequest request) {
    new SecretConstraints().secret(request.secretId()).present("tags", request.hasTags()).check();
    var more = of(request.tags());
    var found = secrets.get(request.secretId());
    secrets.change(
        found.ref(),
        secret -> {
          var tags = new LinkedHashMap<String, String>();
          secret.description().tags().forEach(tag -> tags.put(tag.key(), tag.value()));
          more.forEach(tag -> tags.put(tag.key(), tag.value()));
          return secret.with(d -> d.tags(shown(tags)));
        });
    return TagResourceResponse.builder().build();
  }

  @Override
  public UntagResourceResponse untagResource(UntagResourceRequest request) {
    new SecretConstraints()
        .secret(request.secretId())
        .present("tagKeys", request.hasTagKeys())
        .check();
    var found = secrets.get(request.secretId());
    secrets.change(
        found.ref(),
        secret ->
            secret.with(d ->
                d.tags(
                    secret.description().tags().stream()
                        .filter(tag -> !request.tagKeys().contains(tag.key()))
                        .toList())));
    return UntagResourceResponse.builder().build();
  }
}
