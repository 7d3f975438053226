package dev.terrarium.services.dynamodb;

import static dev.terrarium.services.dynamodb.DynamoErrors.validation;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.store.Batch;
import java.util.HashSet;
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
  /// What CloudFormation marks what it makes with.
  private static final String STACK = "aws:cloudformation:";

  private static final int TAGS_MAX = 50;
  private static final int KEY_MAX = 128;
  private static final int VALUE_MAX = 256;

  TableTags(Tables tables) {
    super(tables);
  }

  /// Refuses what is not the ARN of a table or stream.
  static void checkResource(String arn) {
    if (!arn.startsWith("arn:")) {
      throw DynamoErrors.invalid("ARNs must start with 'arn:': " + arn);
    }
    var known = Arn.of(arn).filter(parsed -> parsed.service().equals("dynamodb"));
    if (known.isEmpty()) {
      throw DynamoErrors.invalid("Provided Arn is not a DynamoDB resource arn: " + arn);
    } else if (arn.contains("/index/")) {
      throw DynamoErrors.invalid(
          "Invalid resource arn provided, only table or stream is accepted. Provided resource arn: "
              + arn);
    }
  }

  private Table find(String arn) {
    checkResource(arn);
    var table = tables.find(TableKey.of(arn));
    if (table == null) {
      throw DynamoErrors.notFound(
          "Requested resource not found: ResourceArn: " + arn + " not found");
    }
    return table;
  }

  /// Refuses tags that no table can have.
  ///
  /// @param count how many the table is going to have
  static void check(List<Tag> tags, int count) {
    var keys = new HashSet<String>();
    for (var tag : tags) {
      var key = tag.key();
      checkKey(key);
      if (tag.value() == null || tag.value().length() > VALUE_MAX) {
        throw validation("The Tag Value provided is invalid, Value: " + tag.value());
      } else if (!keys.add(key)) {
        throw validation("Duplicate Tag Keys provided as input: Duplicate Tag Key found " + key);
      }
    }
    checkCount(count);
  }

  private static void checkKey(@Nullable String key) {
    if (key == null || key.isEmpty() || key.length() > KEY_MAX) {
      throw validation("The Tag Key provided is invalid, Key: " + key);
    } else if (key.startsWith("aws:") && !key.startsWith(STACK)) {
      throw validation("Tag Key cannot be prefixed with aws:, Key: " + key);
    }
  }

  private static void checkCount(int count) {
    if (count > TAGS_MAX) {
      throw validation("Number of Tags exceed the current limit for the provided ResourceArn");
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
      throw validation("Atleast one Tag needs to be provided as Input.");
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
      throw validation("Atleast one Tag Key needs to be provided as Input.");
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
