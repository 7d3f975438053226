package dev.terrarium.services.ecr;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Reading;
import dev.terrarium.kernel.ResourceType.Property;
import dev.terrarium.kernel.ResourceType.Request;
import dev.terrarium.kernel.ResourceType.Resource;
import dev.terrarium.kernel.SimpleResource;
import dev.terrarium.kernel.model.JsonShapes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.CreateRepositoryRequest;
import software.amazon.awssdk.services.ecr.model.PutImageScanningConfigurationRequest;
import software.amazon.awssdk.services.ecr.model.PutImageTagMutabilityRequest;
import software.amazon.awssdk.services.ecr.model.Repository;
import software.amazon.awssdk.services.ecr.model.Tag;

/// `AWS::ECR::Repository`.
final class RepositoryResource {
  private static final String LIFECYCLE = "LifecyclePolicy";
  private static final String POLICY = "RepositoryPolicyText";
  private static final String SCANNING = "ImageScanningConfiguration";

  private final Cloud cloud;

  RepositoryResource(Cloud cloud) {
    this.cloud = cloud;
  }

  SimpleResource type() {
    return new SimpleResource(
        "AWS::ECR::Repository",
        List.of(
            Property.of("RepositoryName").replacing(),
            Property.of("EncryptionConfiguration").replacing(),
            Property.of("ImageTagMutability"),
            Property.of("ImageTagMutabilityExclusionFilters"),
            Property.of(SCANNING),
            Property.of(LIFECYCLE),
            Property.of(POLICY),
            Property.of("EmptyOnDelete"),
            Property.of("Tags")),
        this::create,
        (request, current) -> update(request, current.physicalId()),
        this::delete,
        Reading.of(
            "RepositoryName",
            name ->
                new Reading.State(
                    describe(name),
                    JsonShapes.tree(
                            described(name),
                            List.of(
                                "ImageTagMutability",
                                "ImageScanningConfiguration",
                                "EncryptionConfiguration"))
                        .put("RepositoryName", name)),
            () ->
                ecr().describeRepositoriesPaginator().repositories().stream()
                    .map(Repository::repositoryName)
                    .toList()));
  }

  private EcrClient ecr() {
    return cloud.client(EcrClient.class);
  }

  private Resource create(Request request) {
    var properties = request.properties().deepCopy();
    properties.remove(List.of("Tags", LIFECYCLE, POLICY, "EmptyOnDelete"));
    var name = properties.path("RepositoryName").asText(generated(request));
    ecr()
        .createRepository(
            JsonShapes.fill(properties, CreateRepositoryRequest.builder())
                .repositoryName(name)
                .tags(shown(tags(request)))
                .build());
    settle(request.properties(), name);
    return describe(name);
  }

  private static String generated(Request request) {
    return request.generatedName(256).toLowerCase(Locale.ROOT);
  }

  private Resource update(Request request, String name) {
    var p = request.properties();
    var mutability = Json.object();
    mutability.put("ImageTagMutability", p.path("ImageTagMutability").asText("MUTABLE"));
    if (p.has("ImageTagMutabilityExclusionFilters")) {
      mutability.set(
          "ImageTagMutabilityExclusionFilters", p.get("ImageTagMutabilityExclusionFilters"));
    }
    ecr()
        .putImageTagMutability(
            JsonShapes.fill(mutability, PutImageTagMutabilityRequest.builder())
                .repositoryName(name)
                .build());
    var scanning = Json.object();
    scanning.set(SCANNING, p.has(SCANNING) ? p.get(SCANNING) : Json.object());
    ecr()
        .putImageScanningConfiguration(
            JsonShapes.fill(scanning, PutImageScanningConfigurationRequest.builder())
                .repositoryName(name)
                .build());
    settle(p, name);
    retag(request, name);
    return describe(name);
  }

  /// Brings about what is set after a repository was made.
  private void settle(JsonNode p, String name) {
    var lifecycle = p.path(LIFECYCLE).path("LifecyclePolicyText");
    if (!lifecycle.isMissingNode()) {
      ecr().putLifecyclePolicy(r -> r.repositoryName(name).lifecyclePolicyText(text(lifecycle)));
    } else {
      unless(
          "LifecyclePolicyNotFoundException",
          () -> ecr().deleteLifecyclePolicy(r -> r.repositoryName(name)));
    }
    if (p.has(POLICY)) {
      ecr().setRepositoryPolicy(r -> r.repositoryName(name).policyText(text(p.get(POLICY))));
    } else {
      unless(
          "RepositoryPolicyNotFoundException",
          () -> ecr().deleteRepositoryPolicy(r -> r.repositoryName(name)));
    }
  }

  private static String text(JsonNode document) {
    return document.isTextual() ? document.asText() : Json.write(document);
  }

  private static void unless(String code, Runnable work) {
    try {
      work.run();
    } catch (AwsServiceException e) {
      if (!Errors.code(e).equals(code)) {
        throw e;
      }
    }
  }

  private void retag(Request request, String name) {
    var arn = described(name).repositoryArn();
    var wanted = tags(request);
    var gone =
        ecr().listTagsForResource(r -> r.resourceArn(arn)).tags().stream()
            .map(Tag::key)
            .filter(key -> !wanted.containsKey(key))
            .toList();
    if (!gone.isEmpty()) {
      ecr().untagResource(r -> r.resourceArn(arn).tagKeys(gone));
    }
    if (!wanted.isEmpty()) {
      ecr().tagResource(r -> r.resourceArn(arn).tags(shown(wanted)));
    }
  }

  private Resource delete(Request request, Resource current) {
    var force = request.properties().path("EmptyOnDelete").asBoolean();
    unless(
        "RepositoryNotFoundException",
        () -> ecr().deleteRepository(r -> r.repositoryName(current.physicalId()).force(force)));
    return current;
  }

  private Repository described(String name) {
    return ecr().describeRepositories(r -> r.repositoryNames(name)).repositories().getFirst();
  }

  private Resource describe(String name) {
    var there = described(name);
    return new Resource(
        name,
        Map.of(
            "Arn",
            Json.tree(there.repositoryArn()),
            "RepositoryUri",
            Json.tree(there.repositoryUri())));
  }

  private static List<Tag> shown(Map<String, String> tags) {
    return tags.entrySet().stream()
        .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
        .toList();
  }

  private static Map<String, String> tags(Request request) {
    var tags = new LinkedHashMap<>(request.tags());
    for (var tag : request.properties().path("Tags")) {
      tags.put(tag.path("Key").asText(), tag.path("Value").asText());
    }
    return tags;
  }
}
