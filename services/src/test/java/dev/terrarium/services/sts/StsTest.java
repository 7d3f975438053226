package dev.terrarium.services.sts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.MalformedPolicyDocumentException;

class StsTest {
  private static final String TRUST =
      """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}\
      """;

  private final Clock clock = Clock.stoppedAt(Instant.parse("2026-01-01T00:00:00Z"));
  private final Cloud cloud = Cloud.builder().clock(clock).build();
  private final StsClient sts = cloud.client(StsClient.class);

  @AfterEach
  void close() {
    cloud.close();
  }

  @Test
  void theCallerIsWhoeverCalls() {
    var identity = sts.getCallerIdentity();
    assertThat(identity.account()).isEqualTo("000000000000");
    assertThat(identity.arn()).isEqualTo("arn:aws:iam::000000000000:root");
  }

  @Test
  void aSessionPolicyThatIsNoneIsRefused() {
    assertThatThrownBy(() -> sts.getFederationToken(ask -> ask.name("bob").policy("{")))
        .isInstanceOf(MalformedPolicyDocumentException.class)
        .hasMessageContaining("This policy contains invalid Json");
  }

  @Test
  void anAssumedRoleHasCredentialsThatExpire() {
    var role =
        cloud
            .client(IamClient.class)
            .createRole(create -> create.roleName("worker").assumeRolePolicyDocument(TRUST))
            .role();
    var assumed =
        sts.assumeRole(
            assume -> assume.roleArn(role.arn()).roleSessionName("s1").durationSeconds(900));
    assertThat(assumed.assumedRoleUser().arn())
        .isEqualTo("arn:aws:sts::000000000000:assumed-role/worker/s1");
    assertThat(assumed.assumedRoleUser().assumedRoleId()).isEqualTo(role.roleId() + ":s1");
    var id = assumed.credentials().accessKeyId();
    assertThat(id).matches("ASIA[A-Z2-7]{16}");
    var resolved = cloud.credentials().resolve(id).orElseThrow();
    assertThat(resolved.expires()).isEqualTo(Instant.parse("2026-01-01T00:15:00Z"));
    assertThat(resolved.sessionToken()).isEqualTo(assumed.credentials().sessionToken());
    cloud.timers().advance(Duration.ofHours(13));
    assertThat(cloud.credentials().resolve(id)).isEmpty();
  }

  @Test
  void aRoleThatIsNotThereCannotBeAssumed() {
    assertThatThrownBy(() ->
            sts.assumeRole(assume ->
                assume.roleArn("arn:aws:iam::000000000000:role/nobody").roleSessionName("s1")))
        .hasMessageContaining(
            "User: arn:aws:iam::000000000000:root is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::000000000000:role/nobody");
  }

  @Test
  void durationsHaveLimits() {
    assertThatThrownBy(() ->
            sts.assumeRole(assume ->
                assume
                    .roleArn("arn:aws:iam::000000000000:role/nobody")
                    .roleSessionName("s1")
                    .durationSeconds(60)))
        .hasMessageContaining("Member must have value greater than or equal to 900");
  }

  @Test
  void anAccessKeyBelongsToTheAccountOfItsSession() {
    var other = cloud.client(StsClient.class, new Scope("111111111111", "us-east-1"));
    var id = other.getSessionToken().credentials().accessKeyId();
    assertThat(sts.getAccessKeyInfo(get -> get.accessKeyId(id)).account())
        .isEqualTo("111111111111");
  }
}
