package dev.terrarium.services.sts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.time.Clock;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HexFormat;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.AssumeRoleWithWebIdentityResponse;
import software.amazon.awssdk.services.sts.model.ExpiredTokenException;
import software.amazon.awssdk.services.sts.model.InvalidIdentityTokenException;

@Timeout(60)
final class WebIdentityTest {
  private final Cloud cloud = Cloud.builder().clock(Clock.stoppedAt(Instant.now())).build();
  private final StsClient sts = cloud.client(StsClient.class);
  private final IamClient iam = cloud.client(IamClient.class);
  private KeyPair keys;
  private HttpsServer server;
  private String issuer;
  private String role;

  @BeforeEach
  void provider() throws Exception {
    keys = keyPair();
    var tls = keyPair();
    var certificate = certificate(tls);
    server = server(tls, certificate);
    issuer = "https://localhost:" + server.getAddress().getPort();
    answer("/.well-known/openid-configuration", Json.object().put("jwks_uri", issuer + "/keys"));
    var key = (RSAPublicKey) keys.getPublic();
    var jwks = Json.object();
    jwks.putArray("keys")
        .addObject()
        .put("kty", "RSA")
        .put("kid", "k1")
        .put("n", base64(key.getModulus().toByteArray()))
        .put("e", base64(key.getPublicExponent().toByteArray()));
    answer("/keys", jwks);
    var thumbprint =
        HexFormat.of()
            .formatHex(MessageDigest.getInstance("SHA-1").digest(certificate.getEncoded()));
    var arn =
        iam.createOpenIDConnectProvider(
                o -> o.url(issuer).clientIDList("app").thumbprintList(thumbprint))
            .openIDConnectProviderArn();
    var trust =
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"%s"},
          "Action":"sts:AssumeRoleWithWebIdentity",
          "Condition":{"StringEquals":{"%s:aud":"app"},"StringLike":{"%s:sub":"repo:mine/*"}}}]}\
        """
            .formatted(arn, issuer.substring(8), issuer.substring(8));
    role = iam.createRole(r -> r.roleName("ci").assumeRolePolicyDocument(trust)).role().arn();
  }

  @AfterEach
  void close() {
    server.stop(0);
    cloud.close();
  }

  private static KeyPair keyPair() throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    return generator.generateKeyPair();
  }

  private static X509Certificate certificate(KeyPair keys)
      throws GeneralSecurityException, IOException, OperatorCreationException {
    var name = new X500Name("CN=localhost");
    var now = Instant.now();
    var builder =
        new JcaX509v3CertificateBuilder(
            name,
            BigInteger.ONE,
            Date.from(now.minusSeconds(60)),
            Date.from(now.plusSeconds(3600)),
            name,
            keys.getPublic());
    builder.addExtension(
        Extension.subjectAlternativeName,
        false,
        new GeneralNames(new GeneralName(GeneralName.dNSName, "localhost")));
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(new JcaContentSignerBuilder("SHA256withRSA").build(keys.getPrivate())));
  }

  private static HttpsServer server(KeyPair keys, X509Certificate certificate)
      throws GeneralSecurityException, IOException {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "k", keys.getPrivate(), new char[0], new java.security.cert.Certificate[] {certificate});
    var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, new char[0]);
    var context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    var server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.start();
    return server;
  }

  private void answer(String path, ObjectNode json) {
    server.createContext(
        path,
        exchange -> {
          var bytes = Json.write(json).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, bytes.length);
          try (var out = exchange.getResponseBody()) {
            out.write(bytes);
          }
        });
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private ObjectNode claims() {
    return Json.object()
        .put("iss", issuer)
        .put("aud", "app")
        .put("sub", "repo:mine/code")
        .put("exp", cloud.clock().millis() / 1000 + 600);
  }

  private static String token(ObjectNode claims, KeyPair signer) throws GeneralSecurityException {
    var header = Json.object().put("alg", "RS256").put("kid", "k1");
    var signed =
        base64(Json.write(header).getBytes(StandardCharsets.UTF_8))
            + "."
            + base64(Json.write(claims).getBytes(StandardCharsets.UTF_8));
    var signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(signer.getPrivate());
    signature.update(signed.getBytes(StandardCharsets.US_ASCII));
    return signed + "." + base64(signature.sign());
  }

  private AssumeRoleWithWebIdentityResponse assume(String token) {
    return sts.assumeRoleWithWebIdentity(
        a -> a.roleArn(role).roleSessionName("build").webIdentityToken(token));
  }

  @Test
  void whoTheProviderVouchesForGetsTheRole() throws GeneralSecurityException {
    var answer = assume(token(claims(), keys));
    assertThat(answer.subjectFromWebIdentityToken()).isEqualTo("repo:mine/code");
    assertThat(answer.audience()).isEqualTo("app");
    assertThat(answer.assumedRoleUser().arn())
        .isEqualTo("arn:aws:sts::000000000000:assumed-role/ci/build");
    assertThat(cloud.credentials().resolve(answer.credentials().accessKeyId())).isPresent();
  }

  @Test
  void nobodyElseDoes() throws GeneralSecurityException {
    var forged = token(claims(), keyPair());
    assertThatThrownBy(() -> assume(forged)).isInstanceOf(InvalidIdentityTokenException.class);
    var late = token(claims().put("exp", cloud.clock().millis() / 1000 - 1), keys);
    assertThatThrownBy(() -> assume(late)).isInstanceOf(ExpiredTokenException.class);
    var other = token(claims().put("aud", "other"), keys);
    assertThatThrownBy(() -> assume(other)).hasMessageContaining("Incorrect token audience");
    var stranger = token(claims().put("sub", "repo:yours/code"), keys);
    assertThatThrownBy(() -> assume(stranger))
        .isInstanceOfSatisfying(
            AwsServiceException.class,
            e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("AccessDenied"));
    var unknown = token(claims().put("iss", "https://nobody.example"), keys);
    assertThatThrownBy(() -> assume(unknown))
        .hasMessageContaining("No OpenIDConnect provider found in your account");
    server.removeContext("/keys");
    var unverifiable = token(claims(), keys);
    assertThatThrownBy(() -> assume(unverifiable))
        .isInstanceOf(InvalidIdentityTokenException.class)
        .hasMessageContaining("Couldn't retrieve verification key");
  }
}
