package dev.terrarium.services.ecr;

import dev.terrarium.kernel.Call;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecr.model.CreateRepositoryRequest;
import software.amazon.awssdk.services.ecr.model.CreateRepositoryResponse;
import software.amazon.awssdk.services.ecr.model.DeleteRepositoryRequest;
import software.amazon.awssdk.services.ecr.model.DeleteRepositoryResponse;
import software.amazon.awssdk.services.ecr.model.DescribeRepositoriesRequest;
import software.amazon.awssdk.services.ecr.model.DescribeRepositoriesResponse;
import software.amazon.awssdk.services.ecr.model.EncryptionConfiguration;
import software.amazon.awssdk.services.ecr.model.EncryptionType;
import software.amazon.awssdk.services.ecr.model.ImageScanningConfiguration;
import software.amazon.awssdk.services.ecr.model.ImageTagMutability;
import software.amazon.awssdk.services.ecr.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.ecr.model.ListTagsForResourceResponse;
import software.amazon.awssdk.services.ecr.model.PutImageScanningConfigurationRequest;
import software.amazon.awssdk.services.ecr.model.PutImageScanningConfigurationResponse;
import software.amazon.awssdk.services.ecr.model.PutImageTagMutabilityRequest;
import software.amazon.awssdk.services.ecr.model.PutImageTagMutabilityResponse;
import software.amazon.awssdk.services.ecr.model.Repository;
import software.amazon.awssdk.services.ecr.model.Tag;
import software.amazon.awssdk.services.ecr.model.TagResourceRequest;
import software.amazon.awssdk.services.ecr.model.TagResourceResponse;
import software.amazon.awssdk.services.ecr.model.UntagResourceRequest;
import software.amazon.awssdk.services.ecr.model.UntagResourceResponse;

/// Repositories, what is set on them, and their tags.
final class EcrRepositories implements EcrPart {
  private static final int PAGE_DEFAULT = 100;
  private static final int TAGS_MAX = 50;

  private final Repositories repositories;

  EcrRepositories(Repositories repositories) {
    this.repositories = repositories;
  }

  @Override
  public CreateRepositoryResponse createRepository(CreateRepositoryRequest request) {
    var key = repositories.key(request.registryId(), request.repositoryName());
    var tags = merged(key, Map.of(), request.tags());
    var encryption = request.encryptionConfiguration();
    var shown =
        Repository.builder()
            .repositoryName(key.name())
            .registryId(key.account())
            .repositoryArn(key.arn())
            .repositoryUri(key.uri())
            .createdAt(repositories.now())
            .imageTagMutability(mutability(request.imageTagMutability()))
            .imageScanningConfiguration(scanning(request.imageScanningConfiguration()))
            .encryptionConfiguration(
                encryption == null
                    ? EncryptionConfiguration.builder()
                        .encryptionType(EncryptionType.AES256)
                        .build()
                    : encrypted(key, encryption));
    if (request.hasImageTagMutabilityExclusionFilters()) {
      shown.imageTagMutabilityExclusionFilters(request.imageTagMutabilityExclusionFilters());
    }
    var config = new RepositoryConfig(shown.build(), "", "", tags);
    repositories.add(key, config);
    return CreateRepositoryResponse.builder().repository(config.shown()).build();
  }

  private static EncryptionConfiguration encrypted(
      RepositoryKey key, EncryptionConfiguration given) {
    if (given.encryptionType() == EncryptionType.AES256 || given.kmsKey() != null) {
      return given;
    }
    return given.toBuilder()
        .kmsKey("arn:aws:kms:" + key.region() + ":" + key.account() + ":alias/aws/ecr")
        .build();
  }

  private static ImageTagMutability mutability(@Nullable ImageTagMutability given) {
    if (given == ImageTagMutability.UNKNOWN_TO_SDK_VERSION) {
      throw EcrErrors.invalid(
          "Invalid parameter at 'imageTagMutability' failed to satisfy constraint: 'Member must"
              + " satisfy enum value set: [MUTABLE, IMMUTABLE, MUTABLE_WITH_EXCLUSION,"
              + " IMMUTABLE_WITH_EXCLUSION]'");
    }
    return given == null ? ImageTagMutability.MUTABLE : given;
  }

  private static ImageScanningConfiguration scanning(@Nullable ImageScanningConfiguration given) {
    var push = given != null && Boolean.TRUE.equals(given.scanOnPush());
    return ImageScanningConfiguration.builder().scanOnPush(push).build();
  }

  @Override
  public DeleteRepositoryResponse deleteRepository(DeleteRepositoryRequest request) {
    var key = repositories.key(request.registryId(), request.repositoryName());
    return DeleteRepositoryResponse.builder().repository(repositories.remove(key).shown()).build();
  }

  @Override
  public DescribeRepositoriesResponse describeRepositories(DescribeRepositoriesRequest request) {
    if (request.hasRepositoryNames() && !request.repositoryNames().isEmpty()) {
      return DescribeRepositoriesResponse.builder()
          .repositories(
              request.repositoryNames().stream()
                  .map(name -> repositories.get(repositories.key(request.registryId(), name)))
                  .map(RepositoryConfig::shown)
                  .toList())
          .build();
    }
    var account = request.registryId() == null ? Call.current().account() : request.registryId();
    var after = request.nextToken() == null ? "" : request.nextToken();
    var all =
        repositories.list(account).stream()
            .map(RepositoryConfig::shown)
            .filter(one -> one.repositoryName().compareTo(after) > 0)
            .toList();
    var max = request.maxResults() == null ? PAGE_DEFAULT : request.maxResults();
    var page = all.subList(0, Math.min(max, all.size()));
    return DescribeRepositoriesResponse.builder()
        .repositories(page)
        .nextToken(page.size() < all.size() ? page.getLast().repositoryName() : null)
        .build();
  }

  @Override
  public PutImageTagMutabilityResponse putImageTagMutability(PutImageTagMutabilityRequest request) {
    var key = repositories.key(request.registryId(), request.repositoryName());
    var wanted = mutability(request.imageTagMutability());
    var filters =
        request.hasImageTagMutabilityExclusionFilters()
            ? request.imageTagMutabilityExclusionFilters()
            : null;
    repositories.change(
        key,
        config ->
            config.shownAs(
                r -> r.imageTagMutability(wanted).imageTagMutabilityExclusionFilters(filters)));
    return PutImageTagMutabilityResponse.builder()
        .registryId(key.account())
        .repositoryName(key.name())
        .imageTagMutability(wanted)
        .imageTagMutabilityExclusionFilters(filters)
        .build();
  }

  @Override
  public PutImageScanningConfigurationResponse putImageScanningConfiguration(
      PutImageScanningConfigurationRequest request) {
    var key = repositories.key(request.registryId(), request.repositoryName());
    var wanted = scanning(request.imageScanningConfiguration());
    repositories.change(key, config -> config.shownAs(r -> r.imageScanningConfiguration(wanted)));
    return PutImageScanningConfigurationResponse.builder()
        .registryId(key.account())
        .repositoryName(key.name())
        .imageScanningConfiguration(wanted)
        .build();
  }

  @Override
  public TagResourceResponse tagResource(TagResourceRequest request) {
    var key = repositories.ofArn(request.resourceArn());
    repositories.change(key, config -> config.withTags(merged(key, config.tags(), request.tags())));
    return TagResourceResponse.builder().build();
  }

  @Override
  public UntagResourceResponse untagResource(UntagResourceRequest request) {
    repositories.change(
        repositories.ofArn(request.resourceArn()),
        config -> {
          var left = new HashMap<>(config.tags());
          request.tagKeys().forEach(left::remove);
          return config.withTags(left);
        });
    return UntagResourceResponse.builder().build();
  }

  @Override
  public ListTagsForResourceResponse listTagsForResource(ListTagsForResourceRequest request) {
    var tags = repositories.get(repositories.ofArn(request.resourceArn())).tags();
    return ListTagsForResourceResponse.builder()
        .tags(
            new TreeMap<>(tags)
                .entrySet().stream()
                    .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
                    .toList())
        .build();
  }

  private static Map<String, String> merged(
      RepositoryKey key, Map<String, String> before, List<Tag> given) {
    var tags = new HashMap<>(before);
    for (var tag : given) {
      if (tag.key() == null || tag.key().isEmpty() || tag.key().startsWith("aws:")) {
        throw EcrErrors.invalidTag(
            "Invalid parameter at 'tagKey' failed to satisfy constraint: 'Tag keys must not be"
                + " empty and must not begin with aws:'");
      }
      tags.put(tag.key(), tag.value() == null ? "" : tag.value());
    }
    if (tags.size() > TAGS_MAX) {
      throw EcrErrors.tooManyTags(key);
    }
    return tags;
  }
}
