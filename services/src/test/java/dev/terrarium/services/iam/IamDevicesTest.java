package dev.terrarium.services.iam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.DeleteConflictException;
import software.amazon.awssdk.services.iam.model.EncodingType;
import software.amazon.awssdk.services.iam.model.InvalidAuthenticationCodeException;
import software.amazon.awssdk.services.iam.model.MalformedCertificateException;
import software.amazon.awssdk.services.iam.model.ReportStateType;

@Timeout(60)
final class IamDevicesTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final Cloud cloud = Cloud.builder().clock(Clock.stoppedAt(START)).build();
  private final IamClient iam = cloud.client(IamClient.class);

  @BeforeEach
  void user() {
    iam.createUser(u -> u.userName("ann"));
  }

  @AfterEach
  void close() {
    cloud.close();
  }

  @Test
  void aDeviceIsEnabledByTwoCodesInARow() {
    var device =
        iam.createVirtualMFADevice(d -> d.virtualMFADeviceName("phone")).virtualMFADevice();
    assertThat(device.serialNumber()).isEqualTo("arn:aws:iam::000000000000:mfa/phone");
    var seed = device.base32StringSeed().asUtf8String();
    assertThatThrownBy(() ->
            iam.enableMFADevice(e ->
                e.userName("ann")
                    .serialNumber(device.serialNumber())
                    .authenticationCode1("000000")
                    .authenticationCode2("000000")))
        .isInstanceOf(InvalidAuthenticationCodeException.class);
    iam.enableMFADevice(e ->
        e.userName("ann")
            .serialNumber(device.serialNumber())
            .authenticationCode1(Totp.code(seed, START.toEpochMilli()))
            .authenticationCode2(Totp.code(seed, START.toEpochMilli() + 30_000)));
    assertThat(iam.listMFADevices(l -> l.userName("ann")).mfaDevices())
        .singleElement()
        .satisfies(d -> assertThat(d.enableDate()).isEqualTo(START));
    assertThatThrownBy(() -> iam.deleteUser(d -> d.userName("ann")))
        .isInstanceOf(DeleteConflictException.class)
        .hasMessageContaining("must delete MFA device first");
    iam.deactivateMFADevice(d -> d.userName("ann").serialNumber(device.serialNumber()));
    iam.deleteVirtualMFADevice(d -> d.serialNumber(device.serialNumber()));
    iam.deleteUser(d -> d.userName("ann"));
  }

  /// RFC 6238, appendix B, with the last six of its eight digits.
  @Test
  void codesAreThoseOfTheRfc() {
    var seed = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    assertThat(Totp.code(seed, 59_000)).isEqualTo("287082");
    assertThat(Totp.code(seed, 1_111_111_109_000L)).isEqualTo("081804");
  }

  @Test
  void aCredentialReportTellsOfEveryUserForFourHours() {
    assertThatThrownBy(() -> iam.getCredentialReport(r -> {}))
        .hasMessageContaining("No report exists.");
    assertThat(iam.generateCredentialReport(r -> {}).state()).isEqualTo(ReportStateType.STARTED);
    assertThat(iam.generateCredentialReport(r -> {}).state()).isEqualTo(ReportStateType.COMPLETE);
    var lines = iam.getCredentialReport(r -> {}).content().asUtf8String().split("\n");
    assertThat(lines[0]).startsWith("user,arn,user_creation_time,");
    assertThat(lines[2]).startsWith("ann,arn:aws:iam::000000000000:user/ann,2026-01-01T00:00:00");
    assertThat(lines[1].split(",")).hasSameSizeAs(lines[0].split(","));
    assertThat(lines[2].split(",")).hasSameSizeAs(lines[0].split(","));
    cloud.timers().advance(Duration.ofHours(5));
    assertThatThrownBy(() -> iam.getCredentialReport(r -> {})).hasMessageContaining("expired");
  }

  @Test
  void keysAndCertificatesAreKeptWithTheirUser() {
    var bytes = new byte[300];
    var body = "ssh-rsa " + Base64.getEncoder().encodeToString(bytes) + " ann@home";
    var id =
        iam.uploadSSHPublicKey(k -> k.userName("ann").sshPublicKeyBody(body))
            .sshPublicKey()
            .sshPublicKeyId();
    assertThat(
            iam.getSSHPublicKey(
                    k -> k.userName("ann").sshPublicKeyId(id).encoding(EncodingType.SSH))
                .sshPublicKey()
                .fingerprint())
        .matches("([0-9a-f]{2}:){15}[0-9a-f]{2}");
    assertThatThrownBy(() ->
            iam.uploadServerCertificate(
                c -> c.serverCertificateName("c").certificateBody("no").privateKey("no")))
        .isInstanceOf(MalformedCertificateException.class);
    var credential =
        iam.createServiceSpecificCredential(
                c -> c.userName("ann").serviceName("codecommit.amazonaws.com"))
            .serviceSpecificCredential();
    assertThat(credential.serviceUserName()).isEqualTo("ann-at-000000000000");
  }

  /// Terraform compares what it reads with what it wrote, without white space around.
  @Test
  void aCertificateIsGivenBackWithoutWhiteSpaceAroundIt() {
    var pem =
        """
        -----BEGIN CERTIFICATE-----
        MIIBbzCCARWgAwIBAgIUJDVcyG4vcz75xVM6LFeSr/Exq54wCgYIKoZIzj0EAwIw
        DDEKMAgGA1UEAwwBYTAgFw0yNjExMjMxOTA3MjBaGA8yMTI2MTAzMDE5MDcyMFow
        DDEKMAgGA1UEAwwBYTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABB2UawuAtUhp
        5pDTLSObpjWy3aNVXqDJEjd0KtI+bnAsMVaObZ64E5VFrfYapS9RA9MH4ZYFPWzW
        j6JFuaf8PyyjUzBRMB0GA1UdDgQWBBQIOB3M5F4aM+t60QZB5hwLD5XlIjAfBgNV
        HSMEGDAWgBQIOB3M5F4aM+t60QZB5hwLD5XlIjAPBgNVHRMBAf8EBTADAQH/MAoG
        CCqGSM49BAMCA0gAMEUCIG0UB5Kqgyt+oy0zT79PQVstKy/uUzXuO+foIfNH4Cos
        AiEAsVLG1eCo61fdZIId6j4knBE3FCnvaU1+/CJ1FlIZlAo=
        -----END CERTIFICATE-----
        """;
    iam.uploadServerCertificate(c ->
        c.serverCertificateName("c")
            .certificateBody(pem)
            .privateKey("-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----"));
    assertThat(
            iam.getServerCertificate(c -> c.serverCertificateName("c"))
                .serverCertificate()
                .certificateBody())
        .isEqualTo(pem.strip());
  }

  @Test
  void theAuthorizationDetailsTellOfEverything() {
    iam.attachUserPolicy(
        a -> a.userName("ann").policyArn("arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"));
    iam.createGroup(g -> g.groupName("all"));
    iam.addUserToGroup(g -> g.groupName("all").userName("ann"));
    var details = iam.getAccountAuthorizationDetails(g -> {});
    assertThat(details.userDetailList())
        .singleElement()
        .satisfies(user -> {
          assertThat(user.groupList()).containsExactly("all");
          assertThat(user.attachedManagedPolicies()).hasSize(1);
        });
    assertThat(details.policies())
        .extracting(policy -> policy.policyName())
        .containsExactly("AmazonS3ReadOnlyAccess");
    assertThat(
            iam.getContextKeysForCustomPolicy(g ->
                    g.policyInputList(
                        "{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\","
                            + "\"Resource\":\"arn:aws:s3:::b/${aws:username}\","
                            + "\"Condition\":{\"Bool\":{\"aws:SecureTransport\":true}}}}"))
                .contextKeyNames())
        .containsExactly("aws:SecureTransport", "aws:username");
  }
}
