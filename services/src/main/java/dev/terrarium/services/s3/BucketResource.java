package dev.terrarium.services.s3;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Reading.State;
import dev.terrarium.kernel.Reading;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.model.JsonShapes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.*;

/// `AWS::S3::Bucket`.
final class BucketResource implements ResourceType {
  private static final String STACK_ID = "aws:cloudformation:stack-id";
  private static final String LOGICAL_ID = "aws:cloudformation:logical-id";

  /// Regions whose website endpoints have a dash before the region instead of a dot.
  private static final Set<String> DASHED =
      Set.of(
          "us-east-1",
          "us-west-1",
          "us-west-2",
          "eu-west-1",
          "ap-southeast-1",
          "ap-southeast-2",
          "ap-northeast-1",
          "sa-east-1",
          "us-gov-west-1");

  private final Cloud cloud;
  private final BucketSteps steps;

  BucketResource(Cloud cloud) {
    this.cloud = cloud;
    this.steps = new BucketSteps(cloud);
  }

  @Override
  public String name() {
    return "AWS::S3::Bucket";
  }

  @Override
  public List<Property> properties() {
    var properties = new ArrayList<Property>();
    properties.add(Property.of("BucketName").replacing());
    properties.add(Property.of("Tags"));
    properties.add(Property.of("ObjectLockEnabled"));
    BucketSteps.ORDER.forEach(name -> properties.add(Property.of(name)));
    return properties;
  }

  @Override
  public Resource create(Request request) {
    var properties = request.properties();
    var name =
        properties
            .path("BucketName")
            .asText(request.generatedName(63).toLowerCase(Locale.ROOT).replaceAll("^-+", ""));
    if (!isOurs(name, request)) {
      make(name, request);
    }
    steps.apply(name, properties, Json.object());
    return describe(name);
  }

  @Override
  public Resource update(Request request, Resource current, ObjectNode previous) {
    var name = current.physicalId();
    steps.apply(name, request.properties(), previous);
    var tags = tags(request).stream().filter(tag -> !tag.key().startsWith("aws:")).toList();
    if (tags.isEmpty()) {
      s3().deleteBucketTagging(b -> b.bucket(name));
    } else {
      s3().putBucketTagging(b -> b.bucket(name).tagging(t -> t.tagSet(tags)));
    }
    return describe(name);
  }

  @Override
  public Reading reading() {
    return Reading.of(
        "BucketName",
        this::read,
        () -> s3().listBuckets().buckets().stream().map(bucket -> bucket.name()).toList());
  }

  private State read(String bucket) {
    var properties = Json.object().put("BucketName", bucket);
    var versioning = s3().getBucketVersioning(b -> b.bucket(bucket)).statusAsString();
    if (versioning == null) {
      properties.putNull("VersioningConfiguration");
    } else {
      properties.putObject("VersioningConfiguration").put("Status", versioning);
    }
    settings(bucket, properties);
    return new State(describe(bucket), properties);
  }

  private void settings(String bucket, ObjectNode properties) {
    properties.set(
        "PublicAccessBlockConfiguration",
        unless(
            "NoSuchPublicAccessBlockConfiguration",
            () ->
                JsonShapes.tree(
                    s3().getPublicAccessBlock(b -> b.bucket(bucket))
                        .publicAccessBlockConfiguration())));
    properties.set(
        "OwnershipControls",
        unless(
            "OwnershipControlsNotFoundError",
            () ->
                JsonShapes.tree(
                    s3().getBucketOwnershipControls(b -> b.bucket(bucket)).ownershipControls())));
    properties.set(
        "BucketEncryption",
        unless(
            "ServerSideEncryptionConfigurationNotFoundError",
            () -> {
              var rules = Json.array();
              s3().getBucketEncryption(b -> b.bucket(bucket))
                  .serverSideEncryptionConfiguration()
                  .rules()
                  .forEach(rule -> {
                    var tree = JsonShapes.tree(rule);
                    tree.set(
                        "ServerSideEncryptionByDefault",
                        tree.remove("ApplyServerSideEncryptionByDefault"));
                    rules.add(tree);
                  });
              return Json.object().set("ServerSideEncryptionConfiguration", rules);
            }));
  }

  /// A setting that need not be there.
  private static @Nullable JsonNode unless(String code, Supplier<JsonNode> read) {
    try {
      return read.get();
    } catch (AwsServiceException e) {
      if (Errors.code(e).equals(code)) {
        return null;
      }
      throw e;
    }
  }

  @Override
  public void delete(Request request, Resource current) {
    try {
      s3().deleteBucket(b -> b.bucket(current.physicalId()));
    } catch (NoSuchBucketException e) {
      // Gone already is as good.
    }
  }

  private void make(String name, Request request) {
    var properties = request.properties();
    var lock =
        properties.path("ObjectLockEnabled").asBoolean()
            || properties.has("ObjectLockConfiguration");
    var ownership = properties.at("/OwnershipControls/Rules/0/ObjectOwnership");
    var configuration = CreateBucketConfiguration.builder().tags(tags(request));
    s3().createBucket(b ->
        b.bucket(name)
            .createBucketConfiguration(configuration.build())
            .objectLockEnabledForBucket(lock ? true : null)
            .objectOwnership(ownership.isMissingNode() ? null : ownership.asText()));
  }

  /// Whether an earlier try of the same step has made the bucket.
  private boolean isOurs(String name, Request request) {
    try {
      var tags = s3().getBucketTagging(b -> b.bucket(name)).tagSet();
      if (has(tags, STACK_ID, request.stackId()) && has(tags, LOGICAL_ID, request.logicalId())) {
        return true;
      }
    } catch (NoSuchBucketException e) {
      return false;
    } catch (AwsServiceException e) {
      if (!Errors.code(e).equals("NoSuchTagSet")) {
        throw e;
      }
    }
    throw Errors.of(409, "AlreadyExists", name + " already exists");
  }

  private static boolean has(List<Tag> tags, String key, String value) {
    return tags.stream().anyMatch(tag -> tag.key().equals(key) && tag.value().equals(value));
  }

  private static List<Tag> tags(Request request) {
    var tags = new LinkedHashMap<String, String>(request.tags());
    for (var tag : request.properties().path("Tags")) {
      tags.put(tag.path("Key").asText(), tag.path("Value").asText());
    }
    tags.put("aws:cloudformation:stack-name", request.stackName());
    tags.put(STACK_ID, request.stackId());
    tags.put(LOGICAL_ID, request.logicalId());
    return Tags.toList(tags);
  }

  private Resource describe(String name) {
    var region = s3().headBucket(b -> b.bucket(name)).bucketRegion();
    var dash = DASHED.contains(region) ? "-" : ".";
    Map<String, JsonNode> attributes =
        Map.of(
            "Arn", Json.tree("arn:" + Call.current().scope().partition() + ":s3:::" + name),
            "DomainName", Json.tree(name + ".s3.amazonaws.com"),
            "RegionalDomainName", Json.tree(name + ".s3." + region + ".amazonaws.com"),
            "DualStackDomainName", Json.tree(name + ".s3.dualstack." + region + ".amazonaws.com"),
            "WebsiteURL",
                Json.tree("http://" + name + ".s3-website" + dash + region + ".amazonaws.com"));
    return new Resource(name, attributes);
  }

  private S3Client s3() {
    return cloud.client(S3Client.class);
  }
}
