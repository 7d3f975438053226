package dev.terrarium.services.kms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.KeySpec;
import software.amazon.awssdk.services.kms.model.KeyState;
import software.amazon.awssdk.services.kms.model.KeyUsageType;
import software.amazon.awssdk.services.kms.model.MultiRegionKeyType;
import software.amazon.awssdk.services.kms.model.Tag;

final class KmsKeysTest extends KmsFixture {
  @Test
  void aKeyIsDescribedByEveryFormOfItsName() {
    var made = kms.createKey(r -> r.description("d")).keyMetadata();
    kms.createAlias(r -> r.aliasName("alias/a").targetKeyId(made.keyId()));
    for (var name :
        new String[] {
          made.keyId(), made.arn(), "alias/a", "arn:aws:kms:us-east-1:000000000000:alias/a"
        }) {
      assertThat(kms.describeKey(r -> r.keyId(name)).keyMetadata()).isEqualTo(made);
    }
    assertThat(made.keySpec()).isEqualTo(KeySpec.SYMMETRIC_DEFAULT);
    assertThat(made.enabled()).isTrue();
    assertThat(made.multiRegion()).isFalse();
    assertThat(made.encryptionAlgorithmsAsStrings()).containsExactly("SYMMETRIC_DEFAULT");
  }

  @Test
  void namesThatMeanNothingAreRefusedInTheirOwnWords() {
    assertRefused(() -> kms.describeKey(r -> r.keyId("nothing")))
        .isEqualTo("NotFoundException: Invalid keyId 'nothing'");
    assertRefused(() -> kms.describeKey(r -> r.keyId("1234abcd-12ab-34cd-56ef-1234567890ab")))
        .isEqualTo(
            "NotFoundException: Key 'arn:aws:kms:us-east-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab' does not exist");
    assertRefused(() -> kms.describeKey(r -> r.keyId("alias/none")))
        .isEqualTo(
            "NotFoundException: Alias arn:aws:kms:us-east-1:000000000000:alias/none is not found.");
    assertRefused(() ->
            kms.describeKey(r ->
                r.keyId(
                    "arn:aws:kms:eu-west-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab")))
        .isEqualTo("NotFoundException: Invalid arn eu-west-1");
  }

  @Test
  void aUsageMustBeNamedAndMustFit() {
    assertRefused(() -> kms.createKey(r -> r.keySpec("RSA_2048")))
        .contains("You must specify a KeyUsage value");
    assertRefused(() -> kms.createKey(r -> r.keySpec("HMAC_256").keyUsage("SIGN_VERIFY")))
        .startsWith("ValidationException: KeyUsage SIGN_VERIFY is not compatible");
    assertRefused(() -> kms.createKey(r -> r.keySpec("XYZ")))
        .contains("at 'keySpec' failed to satisfy constraint: Member must satisfy enum value set");
  }

  @Test
  void aDisabledKeyDoesNothingUntilItIsEnabled() {
    var key = key();
    var blob = encrypted(key, "x");
    kms.disableKey(r -> r.keyId(key));
    assertRefused(() -> decrypted(blob))
        .matches("DisabledException: arn:aws:kms:us-east-1:000000000000:key/.* is disabled\\.");
    kms.enableKey(r -> r.keyId(key));
    assertThat(decrypted(blob)).isEqualTo("x");
  }

  @Test
  void aKeyIsDeletedWhenItsTimeHasCome() {
    var key = key();
    var blob = encrypted(key, "x");
    kms.createAlias(r -> r.aliasName("alias/a").targetKeyId(key));
    assertRefused(() -> kms.scheduleKeyDeletion(r -> r.keyId(key).pendingWindowInDays(3)))
        .isEqualTo("ValidationException: PendingWindowInDays must be between 7 and 30");
    var scheduled = kms.scheduleKeyDeletion(r -> r.keyId(key).pendingWindowInDays(7));
    assertThat(scheduled.deletionDate()).isEqualTo(START.plus(Duration.ofDays(7)));
    assertThat(scheduled.keyState()).isEqualTo(KeyState.PENDING_DELETION);
    assertRefused(() -> decrypted(blob))
        .contains("KMSInvalidStateException")
        .contains("pending deletion.");
    cloud.timers().advance(Duration.ofDays(7));
    assertRefused(() -> kms.describeKey(r -> r.keyId(key))).contains("does not exist");
    assertRefused(() -> decrypted(blob)).startsWith("AccessDeniedException: The ciphertext refers");
    assertThat(kms.listAliases().aliases()).noneMatch(a -> a.aliasName().equals("alias/a"));
  }

  @Test
  void aCancelledDeletionLeavesTheKeyDisabled() {
    var key = key();
    assertRefused(() -> kms.cancelKeyDeletion(r -> r.keyId(key)))
        .contains("is not pending deletion.");
    kms.scheduleKeyDeletion(r -> r.keyId(key).pendingWindowInDays(7));
    kms.cancelKeyDeletion(r -> r.keyId(key));
    cloud.timers().advance(Duration.ofDays(8));
    var left = kms.describeKey(r -> r.keyId(key)).keyMetadata();
    assertThat(left.keyState()).isEqualTo(KeyState.DISABLED);
    assertThat(left.deletionDate()).isNull();
  }

  @Test
  void aliasesMoveFromKeyToKey() {
    var one = key();
    var two = key();
    kms.createAlias(r -> r.aliasName("alias/a").targetKeyId(one));
    assertRefused(() -> kms.createAlias(r -> r.aliasName("alias/a").targetKeyId(two)))
        .isEqualTo(
            "AlreadyExistsException: An alias with the name arn:aws:kms:us-east-1:000000000000:alias/a already exists");
    kms.updateAlias(r -> r.aliasName("alias/a").targetKeyId(two));
    assertThat(kms.listAliases(r -> r.keyId(two)).aliases()).hasSize(1);
    kms.deleteAlias(r -> r.aliasName("alias/a"));
    assertRefused(() -> kms.deleteAlias(r -> r.aliasName("alias/a"))).contains("is not found.");
    assertRefused(() -> kms.createAlias(r -> r.aliasName("alias/aws/x").targetKeyId(two)))
        .startsWith("NotAuthorizedException");
  }

  @Test
  void listsComeInPages() {
    for (int i = 0; i < 5; i++) {
      key();
    }
    var first = kms.listKeys(r -> r.limit(3));
    assertThat(first.truncated()).isTrue();
    var second = kms.listKeys(r -> r.limit(3).marker(first.nextMarker()));
    assertThat(second.keys()).hasSize(2).doesNotContainAnyElementsOf(first.keys());
    assertThat(kms.listKeysPaginator(r -> r.limit(1)).keys().stream()).hasSize(5);
  }

  @Test
  void theDefaultPolicyIsTheOneOfAws() {
    var key = key();
    assertThat(kms.getKeyPolicy(r -> r.keyId(key).policyName("default")).policy())
        .startsWith("{\n  \"Version\" : \"2012-10-17\",\n  \"Id\" : \"key-default-1\"");
    assertRefused(() -> kms.getKeyPolicy(r -> r.keyId(key).policyName("other")))
        .isEqualTo("NotFoundException: No such policy exists");
    assertRefused(() ->
            kms.putKeyPolicy(r ->
                r.keyId(key)
                    .policy(
                        "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"kms:Encrypt\",\"Resource\":\"*\"}]}")))
        .contains("will not allow you to update the key policy in the future");
    assertRefused(() -> kms.putKeyPolicy(r -> r.keyId(key).policy("{")))
        .startsWith("MalformedPolicyDocumentException");
  }

  @Test
  void aManagedKeyIsMadeWhenItIsFirstUsed() {
    assertThat(kms.listAliases().aliases())
        .anyMatch(a -> a.aliasName().equals("alias/aws/ssm") && a.targetKeyId() == null);
    var managed = kms.describeKey(r -> r.keyId("alias/aws/ssm")).keyMetadata();
    assertThat(managed.keyManagerAsString()).isEqualTo("AWS");
    assertThat(kms.describeKey(r -> r.keyId("alias/aws/ssm")).keyMetadata()).isEqualTo(managed);
    assertRefused(() -> kms.disableKey(r -> r.keyId(managed.keyId())))
        .startsWith("AccessDeniedException");
  }

  @Test
  void aReplicaDecryptsWhatThePrimaryEncrypted() {
    var primary = kms.createKey(r -> r.multiRegion(true)).keyMetadata();
    assertThat(primary.keyId()).matches("mrk-[0-9a-f]{32}");
    var blob = encrypted(primary.keyId(), "x");
    var replica =
        kms.replicateKey(r -> r.keyId(primary.keyId()).replicaRegion("eu-west-1"))
            .replicaKeyMetadata();
    assertThat(replica.multiRegionConfiguration().multiRegionKeyType())
        .isEqualTo(MultiRegionKeyType.REPLICA);
    var europe = cloud.client(KmsClient.class, new Scope("000000000000", "eu-west-1"));
    assertThat(europe.decrypt(r -> r.ciphertextBlob(blob)).plaintext().asUtf8String())
        .isEqualTo("x");
    kms.updatePrimaryRegion(r -> r.keyId(primary.keyId()).primaryRegion("eu-west-1"));
    assertThat(
            europe
                .describeKey(r -> r.keyId(primary.keyId()))
                .keyMetadata()
                .multiRegionConfiguration()
                .multiRegionKeyType())
        .isEqualTo(MultiRegionKeyType.PRIMARY);
    europe.scheduleKeyDeletion(r -> r.keyId(primary.keyId()).pendingWindowInDays(7));
    assertThat(europe.describeKey(r -> r.keyId(primary.keyId())).keyMetadata().keyState())
        .isEqualTo(KeyState.PENDING_REPLICA_DELETION);
    kms.scheduleKeyDeletion(r -> r.keyId(primary.keyId()).pendingWindowInDays(7));
    cloud.timers().advance(Duration.ofDays(15));
    assertRefused(() -> europe.describeKey(r -> r.keyId(primary.keyId())))
        .contains("does not exist");
  }

  @Test
  void rotationChangesTheMaterialAndOldCiphertextStaysReadable() {
    var key = key();
    kms.enableKeyRotation(r -> r.keyId(key).rotationPeriodInDays(90));
    var before = kms.generateDataKey(r -> r.keyId(key).keySpec("AES_256"));
    cloud.timers().advance(Duration.ofDays(91));
    var after = kms.generateDataKey(r -> r.keyId(key).keySpec("AES_256"));
    assertThat(after.keyMaterialId()).isNotEqualTo(before.keyMaterialId());
    assertThat(kms.decrypt(r -> r.ciphertextBlob(before.ciphertextBlob())).plaintext())
        .isEqualTo(before.plaintext());
    kms.rotateKeyOnDemand(r -> r.keyId(key));
    var rotations = kms.listKeyRotations(r -> r.keyId(key)).rotations();
    assertThat(rotations)
        .extracting(r -> r.rotationTypeAsString())
        .containsExactly("AUTOMATIC", "ON_DEMAND");
    var status = kms.getKeyRotationStatus(r -> r.keyId(key));
    assertThat(status.keyRotationEnabled()).isTrue();
    assertThat(status.nextRotationDate()).isEqualTo(START.plus(Duration.ofDays(180)));
  }

  @Test
  void theRotationOfKeysThatCannotBeRotatedIsOff() {
    var key = key(KeySpec.ECC_NIST_P256, KeyUsageType.SIGN_VERIFY);
    assertThat(kms.getKeyRotationStatus(r -> r.keyId(key)).keyRotationEnabled()).isFalse();
    assertRefused(() -> kms.enableKeyRotation(r -> r.keyId(key)))
        .startsWith("UnsupportedOperationException");
  }

  @Test
  void everythingSurvivesARestart() {
    var key = key(KeySpec.ECC_NIST_P256, KeyUsageType.SIGN_VERIFY);
    var symmetric = key();
    var blob = encrypted(symmetric, "x");
    kms.tagResource(r -> r.keyId(key).tags(Tag.builder().tagKey("k").tagValue("v").build()));
    try (var again = Cloud.builder().store(store).clock(Clock.stoppedAt(START)).build()) {
      again.resume();
      var client = again.client(KmsClient.class);
      assertThat(client.decrypt(r -> r.ciphertextBlob(blob)).plaintext().asUtf8String())
          .isEqualTo("x");
      assertThat(client.listResourceTags(r -> r.keyId(key)).tags())
          .singleElement()
          .satisfies(
              tag -> assertThat(Map.of(tag.tagKey(), tag.tagValue())).containsEntry("k", "v"));
    }
  }
}
