package dev.terrarium.services.sts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Principal;
import dev.terrarium.kernel.Scope;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.GetOpenIdConnectProviderResponse;
import software.amazon.awssdk.services.sts.model.ExpiredTokenException;
import software.amazon.awssdk.services.sts.model.InvalidIdentityTokenException;

/// Tokens of OpenID Connect providers: who signed them, for whom, until when.
///
/// Nothing is believed that is not signed by a key of the provider; a provider whose keys cannot be
/// had vouches for nobody.
final class WebIdentity {
  /// A token that has been verified.
  ///
  /// @param issuer the provider's address without `https://`
  /// @param providerArn of the IAM provider
  record Verified(String issuer, String providerArn, JsonNode claims) {
    String subject() {
      return claims.path("sub").asText();
    }

    /// The audience that the provider was told of.
    String audience() {
      var audience = claims.has("azp") ? claims.get("azp") : claims.path("aud");
      return audience.isArray() ? audience.path(0).asText() : audience.asText();
    }
  }

  private final Cloud cloud;
  private final ProviderKeys keys = new ProviderKeys();

  WebIdentity(Cloud cloud) {
    this.cloud = cloud;
  }

  static AwsServiceException invalid(String message) {
    return Errors.of(InvalidIdentityTokenException.builder(), 400, "InvalidIdentityToken", message);
  }

  /// Verifies a token for a role.
  Verified verify(Arn role, String region, String token) {
    var parts = token.split("\\.", -1);
    if (parts.length != 3) {
      throw invalid(
          "The ID Token provided is not a valid JWT. (You may see this error if you sent"
              + " an Access Token)");
    }
    JsonNode header;
    JsonNode claims;
    byte[] signature;
    try {
      header = Json.parse(new String(decoded(parts[0]), StandardCharsets.UTF_8));
      claims = Json.parse(new String(decoded(parts[1]), StandardCharsets.UTF_8));
      signature = decoded(parts[2]);
    } catch (IllegalArgumentException e) {
      throw invalid(
          "The ID Token provided is not a valid JWT. (You may see this error if you sent"
              + " an Access Token)");
    }
    var issuer = claims.path("iss").asText();
    if (issuer.isEmpty()) {
      throw invalid("Missing a required claim: iss");
    }
    var host = issuer.replaceFirst("^https://", "");
    var arn =
        "arn:%s:iam::%s:oidc-provider/%s"
            .formatted(role.partition(), role.account(), host.replaceAll("/$", ""));
    var provider = provider(role, region, arn);
    if (provider == null) {
      throw invalid("No OpenIDConnect provider found in your account for " + issuer);
    }
    keys.verify(issuer, provider.thumbprintList(), header, parts[0] + "." + parts[1], signature);
    var verified = new Verified(host, arn, claims);
    check(provider.clientIDList(), verified);
    return verified;
  }

  private static byte[] decoded(String text) {
    return Base64.getUrlDecoder().decode(text);
  }

  private @Nullable GetOpenIdConnectProviderResponse provider(Arn role, String region, String arn) {
    var scope = new Scope(role.account(), region);
    try {
      return cloud
          .client(IamClient.class, scope, Principal.service(role.account(), "sts.amazonaws.com"))
          .getOpenIDConnectProvider(g -> g.openIDConnectProviderArn(arn));
    } catch (AwsServiceException e) {
      if (Errors.code(e).equals("NoSuchEntity")) {
        return null;
      }
      throw e;
    }
  }

  private void check(List<String> clients, Verified token) {
    var now = cloud.clock().now();
    var claims = token.claims;
    if (!claims.has("exp")) {
      throw invalid("Missing a required claim: exp");
    }
    var expires = Instant.ofEpochSecond(claims.path("exp").asLong());
    if (!now.isBefore(expires)) {
      throw Errors.of(
          ExpiredTokenException.builder(),
          400,
          "ExpiredTokenException",
          "Token expired: current date/time %d must be before the expiration date/time %d"
              .formatted(now.getEpochSecond(), expires.getEpochSecond()));
    } else if (claims.has("nbf")
        && now.plusSeconds(300).isBefore(Instant.ofEpochSecond(claims.get("nbf").asLong()))) {
      throw invalid("Token cannot be used before its nbf claim");
    } else if (token.subject().isEmpty()) {
      throw invalid("Missing a required claim: sub");
    } else if (!clients.contains(token.audience())) {
      throw invalid("Incorrect token audience");
    }
  }
}
