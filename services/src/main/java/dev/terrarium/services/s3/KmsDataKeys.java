package dev.terrarium.services.s3;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Scope;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.DataKeySpec;

/// Asks KMS for a data key, as S3 does for each object that is to be encrypted under a key of KMS,
/// with the caller's own permission. The objects themselves stay as they are on disk; what matters
/// here is that a key that is not there, is disabled or is not the caller's refuses the object.
///
/// Loaded only where there is a KMS.
final class KmsDataKeys {
  private KmsDataKeys() {}

  /// The ARN of a key, once KMS has made a data key under it.
  static String arn(Cloud cloud, Scope scope, String keyId) {
    try {
      return cloud
          .client(KmsClient.class, scope)
          .generateDataKeyWithoutPlaintext(r -> r.keyId(keyId).keySpec(DataKeySpec.AES_256))
          .keyId();
    } catch (AwsServiceException e) {
      var code = Errors.code(e);
      throw code.equals("AccessDeniedException")
          ? S3Errors.of(403, "AccessDenied", Errors.message(e))
          : S3Errors.of(400, "KMS." + code, Errors.message(e));
    }
  }
}
