package dev.terrarium.services.sts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Json;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/// The public keys of identity providers, asked for at each token: a provider may change them at
/// any time.
///
/// A provider is trusted as browsers trust it, or because a certificate of its chain has one of the
/// thumbprints that IAM was told.
final class ProviderKeys {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final int BYTES_MAX = 1024 * 1024;
  private static final Map<String, String> ALGORITHMS =
      Map.of(
          "RS256", "SHA256withRSA",
          "RS384", "SHA384withRSA",
          "RS512", "SHA512withRSA",
          "ES256", "SHA256withECDSAinP1363Format",
          "ES384", "SHA384withECDSAinP1363Format",
          "ES512", "SHA512withECDSAinP1363Format");
  private static final Map<String, String> CURVES =
      Map.of("P-256", "secp256r1", "P-384", "secp384r1", "P-521", "secp521r1");

  /// Verifies that a key of the issuer has signed.
  void verify(
      String issuer, List<String> thumbprints, JsonNode header, String signed, byte[] signature) {
    var algorithm = ALGORITHMS.get(header.path("alg").asText());
    if (algorithm == null) {
      throw WebIdentity.invalid("Unsupported signing algorithm: " + header.path("alg").asText());
    }
    var id = header.path("kid").asText();
    for (var key : keys(issuer, thumbprints)) {
      if ((id.isEmpty() || key.path("kid").asText().equals(id))
          && hasSigned(key, algorithm, signed, signature)) {
        return;
      }
    }
    throw WebIdentity.invalid("Couldn't verify signature of the token");
  }

  private static boolean hasSigned(
      JsonNode key, String algorithm, String signed, byte[] signature) {
    try {
      var verifier = Signature.getInstance(algorithm);
      verifier.initVerify(publicKey(key));
      verifier.update(signed.getBytes(StandardCharsets.US_ASCII));
      return verifier.verify(signature);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return false; // A key of another kind has not signed this.
    }
  }

  private static JsonNode keys(String issuer, List<String> thumbprints) {
    try (var client = client(thumbprints)) {
      var configuration =
          get(client, issuer.replaceAll("/$", "") + "/.well-known/openid-configuration");
      return get(client, configuration.path("jwks_uri").asText()).path("keys");
    } catch (IOException | IllegalArgumentException | GeneralSecurityException e) {
      throw unreachable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unreachable(e);
    }
  }

  private static RuntimeException unreachable(Exception cause) {
    var error =
        WebIdentity.invalid(
            "Couldn't retrieve verification key from your identity provider, please reference"
                + " AssumeRoleWithWebIdentity documentation for requirements");
    error.addSuppressed(cause);
    return error;
  }

  private static HttpClient client(List<String> thumbprints) throws GeneralSecurityException {
    var context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new ThumbprintTrust(thumbprints)}, null);
    return HttpClient.newBuilder().connectTimeout(TIMEOUT).sslContext(context).build();
  }

  private static JsonNode get(HttpClient client, String address)
      throws IOException, InterruptedException {
    if (!address.startsWith("https://")) {
      throw new IOException("Not HTTPS: " + address);
    }
    var request = HttpRequest.newBuilder(URI.create(address)).timeout(TIMEOUT).build();
    var response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    try (var body = response.body()) {
      if (response.statusCode() != 200) {
        throw new IOException("HTTP status " + response.statusCode() + " from " + address);
      }
      return Json.parse(new String(body.readNBytes(BYTES_MAX), StandardCharsets.UTF_8));
    }
  }

  private static PublicKey publicKey(JsonNode key) throws GeneralSecurityException {
    if (key.path("kty").asText().equals("RSA")) {
      return KeyFactory.getInstance("RSA")
          .generatePublic(new RSAPublicKeySpec(number(key, "n"), number(key, "e")));
    }
    var parameters = AlgorithmParameters.getInstance("EC");
    var curve = CURVES.getOrDefault(key.path("crv").asText(), "");
    parameters.init(new ECGenParameterSpec(curve));
    return KeyFactory.getInstance("EC")
        .generatePublic(
            new ECPublicKeySpec(
                new ECPoint(number(key, "x"), number(key, "y")),
                parameters.getParameterSpec(ECParameterSpec.class)));
  }

  private static BigInteger number(JsonNode key, String member) {
    return new BigInteger(1, Base64.getUrlDecoder().decode(key.path(member).asText()));
  }
}
