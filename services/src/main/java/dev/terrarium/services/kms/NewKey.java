package dev.terrarium.services.kms;

import dev.terrarium.services.kms.KeyRecord.Rotation;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.kms.model.KeyManagerType;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.KeyState;

/// A key to be made, as its metadata will tell of it.
record NewKey(KeyRef ref, KeySpecs spec, String usage, String origin, Instant now) {
  /// The key, without material.
  @SuppressWarnings("deprecation")
  KeyRecord record(String description, String policy, Map<String, String> tags) {
    var external = origin.equals("EXTERNAL");
    var builder =
        KeyMetadata.builder()
            .awsAccountId(ref.account())
            .keyId(ref.id())
            .arn(ref.arn())
            .creationDate(now)
            .enabled(!external)
            .description(description)
            .keyUsage(usage)
            .keyState(external ? KeyState.PENDING_IMPORT : KeyState.ENABLED)
            .origin(origin)
            .keyManager(KeyManagerType.CUSTOMER)
            .customerMasterKeySpec(spec.olderName())
            .keySpec(spec.name())
            .multiRegion(false);
    switch (usage) {
      case "ENCRYPT_DECRYPT" ->
          builder.encryptionAlgorithmsWithStrings(spec.encryptionAlgorithms());
      case "SIGN_VERIFY" -> builder.signingAlgorithmsWithStrings(spec.signingAlgorithms());
      case "KEY_AGREEMENT" -> builder.keyAgreementAlgorithmsWithStrings(List.of("ECDH"));
      default -> builder.macAlgorithmsWithStrings(spec.macAlgorithms());
    }
    return new KeyRecord(builder.build(), policy, tags, Rotation.OFF, "", List.of());
  }
}
