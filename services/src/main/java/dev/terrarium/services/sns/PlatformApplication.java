package dev.terrarium.services.sns;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.KeyCodec;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// An app at a push service, to which devices are registered.
///
/// @param attributes those that were set, by AWS's names, credentials among them
record PlatformApplication(ApplicationKey key, Map<String, String> attributes) {
  static final Set<String> PLATFORMS =
      Set.of(
          "ADM",
          "APNS",
          "APNS_SANDBOX",
          "APNS_VOIP",
          "APNS_VOIP_SANDBOX",
          "BAIDU",
          "FCM",
          "GCM",
          "MACOS",
          "MACOS_SANDBOX",
          "MPNS",
          "WNS");

  /// Which application: a name is unique within an account, a region and a platform.
  record ApplicationKey(String account, String region, String platform, String name) {
    static final KeyCodec<ApplicationKey> CODEC =
        KeyCodec.of(
            (key, writer) ->
                writer.string(key.account).string(key.region).string(key.platform).string(key.name),
            reader ->
                new ApplicationKey(
                    reader.string(), reader.string(), reader.string(), reader.string()));

    private static final Pattern RESOURCE = Pattern.compile("app/([^/]+)/([^/]+)");

    /// The application that an ARN names.
    static ApplicationKey of(@Nullable String text) {
      if (text == null) {
        throw SnsErrors.required("platformApplicationArn");
      }
      var arn = SnsErrors.arn(text, "PlatformApplicationArn");
      var resource = RESOURCE.matcher(arn.resource());
      if (!arn.service().equals("sns") || !resource.matches()) {
        throw SnsErrors.invalid(
            "PlatformApplicationArn Reason: Wrong number of slashes in relative portion of the"
                + " ARN.");
      }
      return new ApplicationKey(arn.account(), arn.region(), resource.group(1), resource.group(2));
    }

    String arn() {
      return scope().arn("sns", "app/" + platform + "/" + name);
    }

    Scope scope() {
      return new Scope(account, region);
    }
  }

  /// Which device.
  record EndpointKey(ApplicationKey application, String id) {
    static final KeyCodec<EndpointKey> CODEC =
        KeyCodec.of(
            (key, writer) -> {
              ApplicationKey.CODEC.write(key.application, writer);
              writer.string(key.id);
            },
            reader -> new EndpointKey(ApplicationKey.CODEC.read(reader), reader.string()));

    private static final Pattern RESOURCE = Pattern.compile("endpoint/([^/]+)/([^/]+)/([^/]+)");

    /// Whether an ARN is one of an endpoint.
    static boolean isOne(@Nullable String arn) {
      return arn != null
          && Arn.of(arn)
              .filter(a -> a.service().equals("sns") && RESOURCE.matcher(a.resource()).matches())
              .isPresent();
    }

    /// The endpoint that an ARN names.
    static EndpointKey of(@Nullable String text, String parameter) {
      if (text == null) {
        throw SnsErrors.required("endpointArn");
      }
      var arn = SnsErrors.arn(text, parameter);
      var resource = RESOURCE.matcher(arn.resource());
      if (!arn.service().equals("sns") || !resource.matches()) {
        throw SnsErrors.invalid(
            parameter + " Reason: Wrong number of slashes in relative portion of the ARN.");
      }
      var application =
          new ApplicationKey(arn.account(), arn.region(), resource.group(1), resource.group(2));
      return new EndpointKey(application, resource.group(3));
    }

    String arn() {
      return application
          .scope()
          .arn("sns", "endpoint/" + application.platform + "/" + application.name + "/" + id);
    }
  }

  /// A device that is registered.
  ///
  /// @param attributes `Enabled`, `Token` and, if it was given, `CustomUserData`
  record Endpoint(EndpointKey key, Map<String, String> attributes) {
    static final Codec<Endpoint> CODEC =
        Codec.of(
            1,
            (endpoint, writer) ->
                writer
                    .string(endpoint.key.application.account)
                    .string(endpoint.key.application.region)
                    .string(endpoint.key.application.platform)
                    .string(endpoint.key.application.name)
                    .string(endpoint.key.id)
                    .strings(endpoint.attributes),
            reader ->
                new Endpoint(
                    new EndpointKey(
                        new ApplicationKey(
                            reader.string(), reader.string(), reader.string(), reader.string()),
                        reader.string()),
                    reader.strings()));

    Endpoint {
      attributes = Map.copyOf(attributes);
    }

    boolean isEnabled() {
      return "true".equalsIgnoreCase(attributes.get("Enabled"));
    }

    String token() {
      return attributes.getOrDefault("Token", "");
    }
  }

  static final Codec<PlatformApplication> CODEC =
      Codec.of(
          1,
          (application, writer) ->
              writer
                  .string(application.key.account)
                  .string(application.key.region)
                  .string(application.key.platform)
                  .string(application.key.name)
                  .strings(application.attributes),
          reader ->
              new PlatformApplication(
                  new ApplicationKey(
                      reader.string(), reader.string(), reader.string(), reader.string()),
                  reader.strings()));

  PlatformApplication {
    attributes = Map.copyOf(attributes);
  }

  String attribute(String name) {
    return attributes.getOrDefault(name, "");
  }
}
