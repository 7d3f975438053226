package dev.terrarium.services.dynamodb;

import static dev.terrarium.services.dynamodb.DynamoErrors.validation;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.store.Batch;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.ListTagsOfResourceRequest;
import software.amazon.awssdk.services.dynamodb.model.ListTagsOfResourceResponse;
import software.amazon.awssdk.services.dynamodb.model.Tag;
import software.amazon.awssdk.services.dynamodb.model.TagResourceRequest;
import software.amazon.awssdk.services.dynamodb.model.TagResourceResponse;
import software.amazon.awssdk.services.dynamodb.model.UntagResourceRequest;
import software.amazon.awssdk.services.dynamodb.model.UntagResourceResponse;

/// The tags of tables.
final class TableTags extends DynamoPart {
  private static final int TAGS_MAX = 50;
  private static final int KEY_MAX = 128;
  private static final int VALUE_MAX = 256;

  TableTags(Tables tables) {
    super(tables);
  }

  private Table find(String arn) {
    var known = Arn.of(arn).filter(parsed -> parsed.service().equals("dynamodb"));
    if (known.isEmpty()) {
      throw validation("Invalid TableArn: Invalid ResourceArn provided as input " + arn);
    }
    var table = tables.find(TableKey.of(arn));
    if (table == null) {
      throw DynamoErrors.notFound(
          "Requested resource not found: ResourcArn: " + arn + " not found");
    }
    return table;
  }

  /// Refuses tags that no table can have.
  ///
  /// @param count how many the table is going to have
  static void check(List<Tag> tags, int count) {
    var constraints = new DynamoConstraints();
    for (int i = 0; i < tags.size(); i++) {
      var at = "tags." + (i + 1) + ".member.";
      var tag = tags.get(i);
      constraints
          .required(at + "key", tag.key())
          .length(at + "key", tag.key(), 1, KEY_MAX)
          .required(at + "value", tag.value())
          .length(at + "value", tag.value(), 0, VALUE_MAX);
    }
    constraints.check();
    checkCount(count);
  }

  private static void checkCount(int count) {
    if (count > TAGS_MAX) {
      throw DynamoErrors.invalid("Too many tags: a resource has at most " + TAGS_MAX);
    }
  }

  private static void checkArn(@Nullable String arn) {
    new DynamoConstraints()
        .required("resourceArn", arn)
        .length("resourceArn", arn, 1, 1283)
        .check();
  }

  @Override
  public TagResourceResponse tagResource(TagResourceRequest request) {
    checkArn(request.resourceArn());
    new DynamoConstraints().present("tags", request.hasTags()).check();
    check(request.tags(), 0);
    if (request.tags().isEmpty()) {
      throw validation("Atleast one Tag needs to be provided as Input");
    }
    tables.change(
        find(request.resourceArn()),
        new Batch(),
        config -> {
          var tags = new LinkedHashMap<>(config.tags());
          request.tags().forEach(tag -> tags.put(tag.key(), tag.value()));
          checkCount(tags.size());
          return config.withTags(tags);
        });
    return TagResourceResponse.builder().build();
  }

  @Override
  public UntagResourceResponse untagResource(UntagResourceRequest request) {
    checkArn(request.resourceArn());
    new DynamoConstraints().present("tagKeys", request.hasTagKeys()).check();
    if (request.tagKeys().isEmpty()) {
      throw validation("Atleast one Tag Key needs to be provided as Input");
    }
    tables.change(
        find(request.resourceArn()),
        new Batch(),
        config -> {
          var tags = new LinkedHashMap<>(config.tags());
          request.tagKeys().forEach(tags::remove);
          return config.withTags(tags);
        });
    return UntagResourceResponse.builder().build();
  }

  @Override
  public ListTagsOfResourceResponse listTagsOfResource(ListTagsOfResourceRequest request) {
    checkArn(request.resourceArn());
    var tags = find(request.resourceArn()).layout().config().tags();
    return ListTagsOfResourceResponse.builder()
        .tags(
            tags.entrySet().stream()
                .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
                .toList())
        .build();
  }
}
