package dev.terrarium.services.eventbridge;

import dev.terrarium.kernel.model.Pojos;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.eventbridge.model.ConnectionAuthResponseParameters;
import software.amazon.awssdk.services.eventbridge.model.ConnectionAuthorizationType;
import software.amazon.awssdk.services.eventbridge.model.ConnectionHttpParameters;
import software.amazon.awssdk.services.eventbridge.model.CreateConnectionApiKeyAuthRequestParameters;
import software.amazon.awssdk.services.eventbridge.model.CreateConnectionAuthRequestParameters;
import software.amazon.awssdk.services.eventbridge.model.CreateConnectionBasicAuthRequestParameters;
import software.amazon.awssdk.services.eventbridge.model.CreateConnectionOAuthRequestParameters;
import software.amazon.awssdk.services.eventbridge.model.UpdateConnectionAuthRequestParameters;

/// What the credentials of connections must be like, and how they are shown.
final class ConnectionParameters {
  private static final Pattern HEADER =
      Pattern.compile("^[ \\t]*[^\\x00-\\x1F:\\x7F]+([ \\t]+[^\\x00-\\x1F:\\x7F]+)*[ \\t]*$");

  private ConnectionParameters() {}

  /// What the model says of them.
  static void shapes(
      EventsConstraints constraints, @Nullable CreateConnectionAuthRequestParameters given) {
    constraints.required("authParameters", given);
    if (given == null) {
      return;
    }
    var key = given.apiKeyAuthParameters();
    if (key != null) {
      header(constraints, "apiKeyAuthParameters.apiKeyName", key.apiKeyName());
      header(constraints, "apiKeyAuthParameters.apiKeyValue", key.apiKeyValue());
    }
    var basic = given.basicAuthParameters();
    if (basic != null) {
      header(constraints, "basicAuthParameters.username", basic.username());
      header(constraints, "basicAuthParameters.password", basic.password());
    }
    var oauth = given.oAuthParameters();
    if (oauth != null) {
      constraints
          .required("authParameters.oAuthParameters.clientParameters", oauth.clientParameters())
          .required(
              "authParameters.oAuthParameters.authorizationEndpoint", oauth.authorizationEndpoint())
          .required("authParameters.oAuthParameters.httpMethod", oauth.httpMethodAsString())
          .oneOf(
              "authParameters.oAuthParameters.httpMethod",
              oauth.httpMethodAsString(),
              "GET",
              "POST",
              "PUT");
      if (oauth.clientParameters() != null) {
        header(
            constraints,
            "oAuthParameters.clientParameters.clientID",
            oauth.clientParameters().clientID());
        header(
            constraints,
            "oAuthParameters.clientParameters.clientSecret",
            oauth.clientParameters().clientSecret());
      }
    }
  }

  private static void header(EventsConstraints constraints, String name, @Nullable String value) {
    var member = "authParameters." + name;
    constraints
        .required(member, value)
        .length(member, value, 1, 512)
        .pattern(member, value, HEADER);
  }

  /// The parameters must be those of the type.
  static void fit(ConnectionAuthorizationType type, CreateConnectionAuthRequestParameters given) {
    var fits =
        switch (type) {
          case API_KEY -> given.apiKeyAuthParameters() != null;
          case BASIC -> given.basicAuthParameters() != null;
          case OAUTH_CLIENT_CREDENTIALS -> given.oAuthParameters() != null;
          case UNKNOWN_TO_SDK_VERSION -> false;
        };
    if (!fits) {
      throw EventsErrors.validation(
          "Authorization parameters must be specified for the authorization type " + type + ".");
    }
  }

  /// The credentials with what an update says.
  static CreateConnectionAuthRequestParameters updated(
      @Nullable CreateConnectionAuthRequestParameters before,
      UpdateConnectionAuthRequestParameters update) {
    var changed =
        before == null ? CreateConnectionAuthRequestParameters.builder() : before.toBuilder();
    if (update.apiKeyAuthParameters() != null) {
      var key = before == null ? null : before.apiKeyAuthParameters();
      var builder =
          key == null ? CreateConnectionApiKeyAuthRequestParameters.builder() : key.toBuilder();
      changed.apiKeyAuthParameters(Pojos.copy(update.apiKeyAuthParameters(), builder).build());
    }
    if (update.basicAuthParameters() != null) {
      var basic = before == null ? null : before.basicAuthParameters();
      var builder =
          basic == null ? CreateConnectionBasicAuthRequestParameters.builder() : basic.toBuilder();
      changed.basicAuthParameters(Pojos.copy(update.basicAuthParameters(), builder).build());
    }
    if (update.oAuthParameters() != null) {
      var oauth = before == null ? null : before.oAuthParameters();
      var builder =
          oauth == null ? CreateConnectionOAuthRequestParameters.builder() : oauth.toBuilder();
      changed.oAuthParameters(Pojos.copy(update.oAuthParameters(), builder).build());
    }
    if (update.invocationHttpParameters() != null) {
      changed.invocationHttpParameters(update.invocationHttpParameters());
    }
    return changed.build();
  }

  /// What everybody may see of them.
  static ConnectionAuthResponseParameters shown(
      ConnectionAuthorizationType type, CreateConnectionAuthRequestParameters given) {
    var shown = ConnectionAuthResponseParameters.builder();
    switch (type) {
      case API_KEY ->
          shown.apiKeyAuthParameters(k -> k.apiKeyName(given.apiKeyAuthParameters().apiKeyName()));
      case BASIC ->
          shown.basicAuthParameters(b -> b.username(given.basicAuthParameters().username()));
      case OAUTH_CLIENT_CREDENTIALS -> {
        var oauth = given.oAuthParameters();
        shown.oAuthParameters(o ->
            o.clientParameters(c -> c.clientID(oauth.clientParameters().clientID()))
                .authorizationEndpoint(oauth.authorizationEndpoint())
                .httpMethod(oauth.httpMethod())
                .oAuthHttpParameters(shown(oauth.oAuthHttpParameters())));
      }
      case UNKNOWN_TO_SDK_VERSION -> throw new IllegalStateException(type.toString());
    }
    return shown.invocationHttpParameters(shown(given.invocationHttpParameters())).build();
  }

  private static @Nullable ConnectionHttpParameters shown(
      @Nullable ConnectionHttpParameters given) {
    if (given == null) {
      return null;
    }
    return ConnectionHttpParameters.builder()
        .headerParameters(
            given.hasHeaderParameters()
                ? given.headerParameters().stream()
                    .map(p -> isSecret(p.isValueSecret()) ? p.toBuilder().value(null).build() : p)
                    .toList()
                : null)
        .queryStringParameters(
            given.hasQueryStringParameters()
                ? given.queryStringParameters().stream()
                    .map(p -> isSecret(p.isValueSecret()) ? p.toBuilder().value(null).build() : p)
                    .toList()
                : null)
        .bodyParameters(
            given.hasBodyParameters()
                ? List.copyOf(
                    given.bodyParameters().stream()
                        .map(p ->
                            isSecret(p.isValueSecret()) ? p.toBuilder().value(null).build() : p)
                        .toList())
                : null)
        .build();
  }

  private static boolean isSecret(@Nullable Boolean flag) {
    return Boolean.TRUE.equals(flag);
  }
}
