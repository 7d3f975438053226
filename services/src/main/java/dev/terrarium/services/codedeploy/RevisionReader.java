package dev.terrarium.services.codedeploy;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.services.codedeploy.Runner.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.codedeploy.model.BundleType;
import software.amazon.awssdk.services.codedeploy.model.ErrorCode;
import software.amazon.awssdk.services.codedeploy.model.InvalidRevisionException;
import software.amazon.awssdk.services.codedeploy.model.RevisionLocation;
import software.amazon.awssdk.services.codedeploy.model.RevisionLocationType;
import software.amazon.awssdk.services.codedeploy.model.RevisionRequiredException;
import software.amazon.awssdk.services.codedeploy.model.S3Location;
import software.amazon.awssdk.services.s3.S3Client;

/// Reads the AppSpec file that a revision is, from itself or from S3.
final class RevisionReader {
  private final Cloud cloud;

  RevisionReader(Cloud cloud) {
    this.cloud = cloud;
  }

  /// Refuses a revision that names nothing.
  static RevisionLocation named(@Nullable RevisionLocation revision) {
    if (revision == null) {
      throw DeployErrors.of(RevisionRequiredException.builder(), "The revision is required");
    }
    var type = revision.revisionType();
    var wrong =
        switch (type == null ? RevisionLocationType.UNKNOWN_TO_SDK_VERSION : type) {
          case S3 -> !isPlace(revision.s3Location());
          case STRING -> revision.string() == null || revision.string().content() == null;
          case APP_SPEC_CONTENT ->
              revision.appSpecContent() == null || revision.appSpecContent().content() == null;
          case GIT_HUB -> revision.gitHubLocation() == null;
          case UNKNOWN_TO_SDK_VERSION -> true;
        };
    if (wrong) {
      throw invalid("The revision is invalid: " + revision.revisionTypeAsString());
    }
    return revision;
  }

  private static boolean isPlace(@Nullable S3Location place) {
    return place != null && place.bucket() != null && place.key() != null;
  }

  /// Refuses what cannot be deployed to Lambda.
  static void check(RevisionLocation revision) {
    switch (named(revision).revisionType()) {
      case S3 -> {
        var type = revision.s3Location().bundleType();
        if (type != BundleType.YAML && type != BundleType.JSON) {
          throw invalid("BundleType must be either YAML or JSON");
        }
      }
      case STRING, APP_SPEC_CONTENT -> {
        try {
          var _ = AppSpec.read(content(revision));
        } catch (IllegalArgumentException e) {
          throw invalid(String.valueOf(e.getMessage()));
        }
      }
      default -> throw invalid("For Lambda deployment, the revision must be in S3 or a string");
    }
  }

  private static AwsServiceException invalid(String message) {
    return DeployErrors.of(InvalidRevisionException.builder(), message);
  }

  private static String content(RevisionLocation revision) {
    return revision.revisionType() == RevisionLocationType.STRING
        ? revision.string().content()
        : revision.appSpecContent().content();
  }

  /// Reads a revision that is to be deployed.
  AppSpec read(RevisionLocation revision) {
    var text =
        revision.revisionType() == RevisionLocationType.S3
            ? stored(revision.s3Location())
            : content(revision);
    try {
      return AppSpec.read(text);
    } catch (IllegalArgumentException e) {
      throw new Failure(ErrorCode.INVALID_REVISION, String.valueOf(e.getMessage()));
    }
  }

  private String stored(S3Location place) {
    try (var object =
        cloud
            .client(S3Client.class)
            .getObject(g ->
                g.bucket(place.bucket())
                    .key(place.key())
                    .versionId(place.version())
                    .ifMatch(place.eTag()))) {
      var bytes = object.readNBytes(AppSpec.BYTES_MAX + 1);
      if (bytes.length > AppSpec.BYTES_MAX) {
        throw new Failure(ErrorCode.INVALID_REVISION, "The AppSpec file is too large.");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (AwsServiceException e) {
      throw new Failure(
          ErrorCode.REVISION_MISSING,
          "The revision %s/%s could not be read: %s"
              .formatted(place.bucket(), place.key(), Errors.message(e)));
    }
  }
}
