package dev.terrarium.services.logs;

import dev.terrarium.kernel.Cloud;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.KeyState;
import software.amazon.awssdk.services.kms.model.KmsException;

/// Looks keys up. It is a class of its own because the service of keys may not be on the class
/// path; then nobody asks.
final class KeyLookup {
  private KeyLookup() {}

  /// Whether a key is there, enabled, and named by its ARN.
  static boolean isUsable(Cloud cloud, String keyId) {
    if (!keyId.startsWith("arn:")) {
      return false;
    }
    try {
      var key = cloud.client(KmsClient.class).describeKey(d -> d.keyId(keyId)).keyMetadata();
      return key.keyState() == KeyState.ENABLED;
    } catch (KmsException e) {
      return false; // There is no such key, or the caller may not look at it.
    }
  }
}
