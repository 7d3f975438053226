package dev.terrarium.services.ecr;

import java.util.List;
import software.amazon.awssdk.services.ecr.model.BatchGetImageRequest;
import software.amazon.awssdk.services.ecr.model.BatchGetImageResponse;
import software.amazon.awssdk.services.ecr.model.DescribeImagesRequest;
import software.amazon.awssdk.services.ecr.model.DescribeImagesResponse;
import software.amazon.awssdk.services.ecr.model.ImageFailure;
import software.amazon.awssdk.services.ecr.model.ImageFailureCode;
import software.amazon.awssdk.services.ecr.model.ListImagesRequest;
import software.amazon.awssdk.services.ecr.model.ListImagesResponse;

/// The images of repositories: none, as none can be pushed.
final class EcrImages implements EcrPart {
  private final Repositories repositories;

  EcrImages(Repositories repositories) {
    this.repositories = repositories;
  }

  @Override
  public ListImagesResponse listImages(ListImagesRequest request) {
    var _ = repositories.get(repositories.key(request.registryId(), request.repositoryName()));
    return ListImagesResponse.builder().imageIds(List.of()).build();
  }

  @Override
  public DescribeImagesResponse describeImages(DescribeImagesRequest request) {
    var key = repositories.key(request.registryId(), request.repositoryName());
    var _ = repositories.get(key);
    if (request.hasImageIds() && !request.imageIds().isEmpty()) {
      var id = request.imageIds().getFirst();
      throw EcrErrors.noImage(
          key,
          "imageDigest:'"
              + (id.imageDigest() == null ? "null" : id.imageDigest())
              + "', imageTag:'"
              + (id.imageTag() == null ? "null" : id.imageTag())
              + "'");
    }
    return DescribeImagesResponse.builder().imageDetails(List.of()).build();
  }

  @Override
  public BatchGetImageResponse batchGetImage(BatchGetImageRequest request) {
    var _ = repositories.get(repositories.key(request.registryId(), request.repositoryName()));
    return BatchGetImageResponse.builder()
        .images(List.of())
        .failures(
            request.imageIds().stream()
                .map(id ->
                    ImageFailure.builder()
                        .imageId(id)
                        .failureCode(ImageFailureCode.IMAGE_NOT_FOUND)
                        .failureReason("Requested image not found")
                        .build())
                .toList())
        .build();
  }
}
