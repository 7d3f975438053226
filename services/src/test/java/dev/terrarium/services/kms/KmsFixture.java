package dev.terrarium.services.kms;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.store.MemoryStore;
import dev.terrarium.kernel.time.Clock;
import java.time.Instant;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.KeySpec;
import software.amazon.awssdk.services.kms.model.KeyUsageType;

/// A cloud whose clock stands, and short words for keys.
abstract class KmsFixture {
  static final Instant START = Instant.parse("2026-01-02T03:04:05Z");
  final MemoryStore store = new MemoryStore();
  final Cloud cloud = Cloud.builder().store(store).clock(Clock.stoppedAt(START)).build();
  final KmsClient kms = cloud.client(KmsClient.class);

  @AfterEach
  void close() {
    cloud.close();
  }

  String key() {
    return kms.createKey().keyMetadata().keyId();
  }

  String key(KeySpec spec, KeyUsageType usage) {
    return kms.createKey(r -> r.keySpec(spec).keyUsage(usage)).keyMetadata().keyId();
  }

  SdkBytes encrypted(String key, String text) {
    return kms.encrypt(r -> r.keyId(key).plaintext(bytes(text))).ciphertextBlob();
  }

  String decrypted(SdkBytes blob) {
    return kms.decrypt(r -> r.ciphertextBlob(blob)).plaintext().asUtf8String();
  }

  static SdkBytes bytes(String text) {
    return SdkBytes.fromUtf8String(text);
  }

  /// The error of a call, as `code: message`.
  static AbstractStringAssert<?> assertRefused(ThrowingCallable call) {
    var error = catchThrowableOfType(AwsServiceException.class, call);
    return Assertions.assertThat(
        error == null ? "no error" : Errors.code(error) + ": " + Errors.message(error));
  }
}
