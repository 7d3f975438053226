package dev.terrarium.services.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/// Objects under keys of KMS.
class S3KmsTest {
  private final Cloud cloud = Cloud.inMemory();
  private final S3Client s3 = cloud.client(S3Client.class);
  private final KmsClient kms = cloud.client(KmsClient.class);

  @BeforeEach
  void bucket() {
    s3.createBucket(b -> b.bucket("bbb"));
  }

  @AfterEach
  void close() {
    cloud.close();
  }

  private PutObjectResponse put(@org.jspecify.annotations.Nullable String key) {
    return s3.putObject(
        r ->
            r.bucket("bbb")
                .key("k")
                .serverSideEncryption(ServerSideEncryption.AWS_KMS)
                .ssekmsKeyId(key),
        RequestBody.fromString("x"));
  }

  private static String code(ThrowingCallable call) {
    return Errors.code(catchThrowableOfType(AwsServiceException.class, call));
  }

  @Test
  void aKeyIsToldByItsArnWhateverItWasCalled() {
    var key = kms.createKey().keyMetadata();
    kms.createAlias(r -> r.aliasName("alias/a").targetKeyId(key.keyId()));
    assertThat(put("alias/a").ssekmsKeyId()).isEqualTo(key.arn());
    assertThat(put(null).ssekmsKeyId())
        .isEqualTo(kms.describeKey(r -> r.keyId("alias/aws/s3")).keyMetadata().arn());
  }

  @Test
  void aKeyThatIsNotThereOrDisabledRefusesTheObject() {
    assertThat(code(() -> put("alias/none"))).isEqualTo("KMS.NotFoundException");
    var key = kms.createKey().keyMetadata().keyId();
    kms.disableKey(r -> r.keyId(key));
    assertThat(code(() -> put(key))).isEqualTo("KMS.DisabledException");
  }
}
