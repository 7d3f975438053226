package dev.terrarium.services.secretsmanager;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.kernel.Scope;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.Filter;
import software.amazon.awssdk.services.secretsmanager.model.ReplicaRegionType;
import software.amazon.awssdk.services.secretsmanager.model.SecretListEntry;
import software.amazon.awssdk.services.secretsmanager.model.Tag;

final class SecretsTest extends SecretsFixture {
  private static final String TOKEN = "11111111-1111-1111-1111-111111111111";

  @Test
  void aSecretIsReadByItsNameAndByItsArnWholeOrInPart() {
    var made = secrets.createSecret(r -> r.name("a/b").secretString("v").clientRequestToken(TOKEN));
    assertThat(made.arn())
        .matches("arn:aws:secretsmanager:us-east-1:000000000000:secret:a/b-[A-Za-z0-9]{6}");
    assertThat(made.versionId()).isEqualTo(TOKEN);
    var partial = made.arn().substring(0, made.arn().length() - 7);
    for (var id : new String[] {"a/b", made.arn(), partial}) {
      var read = secrets.getSecretValue(r -> r.secretId(id));
      assertThat(read.secretString()).isEqualTo("v");
      assertThat(read.versionStages()).containsExactly("AWSCURRENT");
    }
    assertThat(secrets.describeSecret(r -> r.secretId("a/b")).lastAccessedDate())
        .isEqualTo(Instant.parse("2026-01-02T00:00:00Z"));
    assertRefused(() -> value("none"))
        .isEqualTo("ResourceNotFoundException: Secrets Manager can't find the specified secret.");
  }

  @Test
  void theSameRequestAgainIsTheSameSecret() {
    var one = secrets.createSecret(r -> r.name("s").secretString("v").clientRequestToken(TOKEN));
    var two = secrets.createSecret(r -> r.name("s").secretString("v").clientRequestToken(TOKEN));
    assertThat(two.arn()).isEqualTo(one.arn());
    assertRefused(() -> secrets.createSecret(r -> r.name("s").secretString("v")))
        .isEqualTo(
            "ResourceExistsException: The operation failed because the secret s already exists.");
    assertRefused(() ->
            secrets.putSecretValue(
                r -> r.secretId("s").secretString("w").clientRequestToken(TOKEN)))
        .startsWith("ResourceExistsException: You can't use ClientRequestToken " + TOKEN);
  }

  @Test
  void stagesFollowTheValues() {
    secrets.createSecret(r -> r.name("s").secretString("1"));
    var two = secrets.putSecretValue(r -> r.secretId("s").secretString("2"));
    var three =
        secrets.putSecretValue(r -> r.secretId("s").secretString("3").versionStages("mine"));
    assertThat(value("s")).isEqualTo("2");
    assertThat(stage("AWSPREVIOUS")).isEqualTo("1");
    assertThat(stage("mine")).isEqualTo("3");
    assertRefused(() ->
            secrets.updateSecretVersionStage(
                r -> r.secretId("s").versionStage("AWSCURRENT").moveToVersionId(three.versionId())))
        .startsWith("InvalidParameterException: The parameter RemoveFromVersionId can't be empty.");
    secrets.updateSecretVersionStage(r ->
        r.secretId("s")
            .versionStage("AWSCURRENT")
            .moveToVersionId(three.versionId())
            .removeFromVersionId(two.versionId()));
    assertThat(value("s")).isEqualTo("3");
    assertThat(stage("AWSPREVIOUS")).isEqualTo("2");
    assertThat(secrets.listSecretVersionIds(r -> r.secretId("s")).versions()).hasSize(2);
    assertThat(
            secrets.listSecretVersionIds(r -> r.secretId("s").includeDeprecated(true)).versions())
        .hasSize(3);
    assertRefused(() -> stage("none"))
        .isEqualTo(
            "ResourceNotFoundException: Secrets Manager can't find the specified secret value for staging label: none");
    assertRefused(() ->
            secrets.getSecretValue(
                r -> r.secretId("s").versionId(two.versionId()).versionStage("AWSCURRENT")))
        .startsWith("InvalidRequestException: You provided a VersionStage that is not associated");
  }

  private String stage(String stage) {
    return secrets.getSecretValue(r -> r.secretId("s").versionStage(stage)).secretString();
  }

  @Test
  void aDeletedSecretWaitsForItsEnd() {
    secrets.createSecret(r -> r.name("s").secretString("v"));
    assertRefused(() -> secrets.deleteSecret(r -> r.secretId("s").recoveryWindowInDays(3L)))
        .isEqualTo(
            "InvalidParameterException: The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).");
    secrets.deleteSecret(r -> r.secretId("s").recoveryWindowInDays(7L));
    assertRefused(() -> value("s")).contains("because it was marked for deletion.");
    assertRefused(() -> secrets.createSecret(r -> r.name("s").secretString("v")))
        .contains("already scheduled for deletion");
    assertThat(secrets.listSecrets().secretList()).isEmpty();
    assertThat(secrets.listSecrets(r -> r.includePlannedDeletion(true)).secretList()).hasSize(1);
    secrets.restoreSecret(r -> r.secretId("s"));
    assertThat(value("s")).isEqualTo("v");
    secrets.deleteSecret(r -> r.secretId("s"));
    cloud.timers().advance(Duration.ofDays(30));
    assertRefused(() -> secrets.describeSecret(r -> r.secretId("s"))).contains("can't find");
    secrets.createSecret(r -> r.name("s").secretString("w"));
    secrets.deleteSecret(r -> r.secretId("s").forceDeleteWithoutRecovery(true));
    secrets.createSecret(r -> r.name("s").secretString("x"));
  }

  @Test
  void aKeyThatIsDisabledKeepsTheValueSecret() {
    var kms = cloud.client(KmsClient.class);
    var key = kms.createKey().keyMetadata().keyId();
    secrets.createSecret(r -> r.name("s").kmsKeyId(key).secretBinary(SdkBytes.fromUtf8String("v")));
    assertThat(secrets.getSecretValue(r -> r.secretId("s")).secretBinary().asUtf8String())
        .isEqualTo("v");
    kms.disableKey(r -> r.keyId(key));
    assertRefused(() -> value("s")).startsWith("DecryptionFailure: ");
    assertRefused(() -> secrets.putSecretValue(r -> r.secretId("s").secretString("w")))
        .startsWith("EncryptionFailure: ");
  }

  @Test
  void listingsAreFiltered() {
    secrets.createSecret(r -> r.name("prod/db").description("The Database").secretString("v"));
    secrets.createSecret(r ->
        r.name("dev/db").secretString("w").tags(Tag.builder().key("team").value("blue").build()));
    assertThat(filtered("name", "prod")).containsExactly("prod/db");
    assertThat(filtered("name", "!prod")).containsExactly("dev/db");
    assertThat(filtered("description", "data")).containsExactly("prod/db");
    assertThat(filtered("tag-key", "te")).containsExactly("dev/db");
    assertThat(filtered("all", "blue")).containsExactly("dev/db");
    var batch = secrets.batchGetSecretValue(r -> r.secretIdList("dev/db", "none"));
    assertThat(batch.secretValues()).hasSize(1);
    assertThat(batch.errors().getFirst().errorCode()).isEqualTo("ResourceNotFoundException");
  }

  private java.util.List<String> filtered(String key, String value) {
    return secrets
        .listSecrets(r -> r.filters(Filter.builder().key(key).values(value).build()))
        .secretList()
        .stream()
        .map(SecretListEntry::name)
        .toList();
  }

  @Test
  void aReplicaFollowsThePrimary() {
    secrets.createSecret(r ->
        r.name("s")
            .secretString("1")
            .addReplicaRegions(ReplicaRegionType.builder().region("eu-west-1").build()));
    var europe = cloud.client(SecretsManagerClient.class, new Scope("000000000000", "eu-west-1"));
    secrets.putSecretValue(r -> r.secretId("s").secretString("2"));
    assertThat(europe.getSecretValue(r -> r.secretId("s")).secretString()).isEqualTo("2");
    assertRefused(() -> europe.putSecretValue(r -> r.secretId("s").secretString("3")))
        .startsWith("InvalidRequestException: Operation not permitted on a replica secret.");
    assertRefused(() -> secrets.deleteSecret(r -> r.secretId("s")))
        .contains("still has replica regions [eu-west-1]");
    europe.stopReplicationToReplica(r -> r.secretId("s"));
    europe.putSecretValue(r -> r.secretId("s").secretString("3"));
    assertThat(value("s")).isEqualTo("2");
    secrets.deleteSecret(r -> r.secretId("s"));
  }

  @Test
  void passwordsAreOfWhatWasAskedFor() {
    assertThat(secrets.getRandomPassword(r -> {}).randomPassword()).hasSize(32);
    assertThat(
            secrets
                .getRandomPassword(r ->
                    r.passwordLength(100L)
                        .excludePunctuation(true)
                        .excludeNumbers(true)
                        .excludeUppercase(true)
                        .excludeCharacters("abc"))
                .randomPassword())
        .matches("[d-z]{100}");
    assertRefused(() -> secrets.getRandomPassword(r -> r.passwordLength(3L)))
        .isEqualTo(
            "InvalidParameterException: Password length 3 is too short based on the required types.");
  }

  @Test
  void valuesSurviveARestart() {
    secrets.createSecret(r -> r.name("s").secretString("v"));
    try (var again = open()) {
      again.resume();
      assertThat(
              again
                  .client(SecretsManagerClient.class)
                  .getSecretValue(r -> r.secretId("s"))
                  .secretString())
          .isEqualTo("v");
    }
  }

  @Test
  void aPublicPolicyIsRefusedWhereThatIsAskedFor() {
    secrets.createSecret(r -> r.name("s").secretString("v"));
    var open =
        "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"secretsmanager:*\",\"Resource\":\"*\"}]}";
    assertRefused(() ->
            secrets.putResourcePolicy(
                r -> r.secretId("s").resourcePolicy(open).blockPublicPolicy(true)))
        .startsWith("PublicPolicyException");
    secrets.putResourcePolicy(r -> r.secretId("s").resourcePolicy(open));
    assertThat(secrets.getResourcePolicy(r -> r.secretId("s")).resourcePolicy()).isEqualTo(open);
    assertThat(secrets.validateResourcePolicy(r -> r.resourcePolicy(open)).policyValidationPassed())
        .isFalse();
    assertRefused(() -> secrets.putResourcePolicy(r -> r.secretId("s").resourcePolicy("{")))
        .startsWith("MalformedPolicyDocumentException");
  }
}
