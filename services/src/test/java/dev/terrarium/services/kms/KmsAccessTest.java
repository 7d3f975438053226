package dev.terrarium.services.kms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Principal;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.ssm.SsmClient;

final class KmsAccessTest extends KmsFixture {
  private static final String USER = "arn:aws:iam::000000000000:user/u";
  private final Principal user = new Principal("000000000000", USER, "AIDA", "");
  private final KmsClient asUser = cloud.client(KmsClient.class, Cloud.DEFAULT_SCOPE, user);

  @BeforeEach
  void enforce() {
    cloud.client(IamClient.class).createUser(r -> r.userName("u"));
    cloud.enforcing(true);
  }

  private void allow(String action) {
    cloud
        .client(IamClient.class)
        .putUserPolicy(r ->
            r.userName("u")
                .policyName("p")
                .policyDocument(
                    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"%s\",\"Resource\":\"*\"}]}"
                        .formatted(action)));
  }

  @Test
  void theDefaultPolicyLeavesItToIdentityPolicies() {
    var key = key();
    assertRefused(() -> asUser.encrypt(r -> r.keyId(key).plaintext(bytes("x"))))
        .startsWith(
            "AccessDeniedException: User: " + USER + " is not authorized to perform: kms:Encrypt");
    allow("kms:Encrypt");
    assertThat(asUser.encrypt(r -> r.keyId(key).plaintext(bytes("x"))).ciphertextBlob())
        .isNotNull();
  }

  @Test
  void aPolicyWithoutTheAccountKeepsTheAccountOut() {
    var policy =
        "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"%s\"},\"Action\":\"kms:*\",\"Resource\":\"*\"}]}"
            .formatted(USER);
    var key =
        kms.createKey(r -> r.policy(policy).bypassPolicyLockoutSafetyCheck(true))
            .keyMetadata()
            .keyId();
    assertThat(asUser.encrypt(r -> r.keyId(key).plaintext(bytes("x"))).ciphertextBlob())
        .isNotNull();
    assertRefused(() -> encrypted(key, "x")).startsWith("AccessDeniedException");
  }

  @Test
  void aGrantIsEnoughWithinItsConstraints() {
    var key = key();
    kms.createGrant(r ->
        r.keyId(key)
            .granteePrincipal(USER)
            .operationsWithStrings("Encrypt", "RetireGrant")
            .constraints(c -> c.encryptionContextSubset(Map.of("a", "b"))));
    assertThat(
            asUser
                .encrypt(r ->
                    r.keyId(key)
                        .plaintext(bytes("x"))
                        .encryptionContext(Map.of("a", "b", "c", "d")))
                .ciphertextBlob())
        .isNotNull();
    assertRefused(() -> asUser.encrypt(r -> r.keyId(key).plaintext(bytes("x"))))
        .startsWith("AccessDeniedException");
    var grant = kms.listGrants(r -> r.keyId(key)).grants().getFirst().grantId();
    asUser.retireGrant(r -> r.keyId(key).grantId(grant));
    assertThat(kms.listGrants(r -> r.keyId(key)).grants()).isEmpty();
  }

  @Test
  void aManagedKeyIsForItsServiceOnly() {
    allow("ssm:*");
    var ssm = cloud.client(SsmClient.class, Cloud.DEFAULT_SCOPE, user);
    ssm.putParameter(r -> r.name("p").value("v").type("SecureString"));
    assertThat(ssm.getParameter(r -> r.name("p").withDecryption(true)).parameter().value())
        .isEqualTo("v");
    allow("kms:*");
    assertRefused(() -> asUser.encrypt(r -> r.keyId("alias/aws/ssm").plaintext(bytes("x"))))
        .startsWith("AccessDeniedException");
  }
}
