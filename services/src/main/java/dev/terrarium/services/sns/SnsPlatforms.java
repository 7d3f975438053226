package dev.terrarium.services.sns;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Locks;
import dev.terrarium.services.sns.PlatformApplication.ApplicationKey;
import dev.terrarium.services.sns.PlatformApplication.Endpoint;
import dev.terrarium.services.sns.PlatformApplication.EndpointKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sns.model.CreatePlatformApplicationRequest;
import software.amazon.awssdk.services.sns.model.CreatePlatformApplicationResponse;
import software.amazon.awssdk.services.sns.model.CreatePlatformEndpointRequest;
import software.amazon.awssdk.services.sns.model.CreatePlatformEndpointResponse;
import software.amazon.awssdk.services.sns.model.DeleteEndpointRequest;
import software.amazon.awssdk.services.sns.model.DeleteEndpointResponse;
import software.amazon.awssdk.services.sns.model.DeletePlatformApplicationRequest;
import software.amazon.awssdk.services.sns.model.DeletePlatformApplicationResponse;
import software.amazon.awssdk.services.sns.model.GetEndpointAttributesRequest;
import software.amazon.awssdk.services.sns.model.GetEndpointAttributesResponse;
import software.amazon.awssdk.services.sns.model.GetPlatformApplicationAttributesRequest;
import software.amazon.awssdk.services.sns.model.GetPlatformApplicationAttributesResponse;
import software.amazon.awssdk.services.sns.model.ListEndpointsByPlatformApplicationRequest;
import software.amazon.awssdk.services.sns.model.ListEndpointsByPlatformApplicationResponse;
import software.amazon.awssdk.services.sns.model.ListPlatformApplicationsRequest;
import software.amazon.awssdk.services.sns.model.ListPlatformApplicationsResponse;
import software.amazon.awssdk.services.sns.model.SetEndpointAttributesRequest;
import software.amazon.awssdk.services.sns.model.SetEndpointAttributesResponse;
import software.amazon.awssdk.services.sns.model.SetPlatformApplicationAttributesRequest;
import software.amazon.awssdk.services.sns.model.SetPlatformApplicationAttributesResponse;

/// Push messages: applications and the devices registered with them.
///
/// See *Mobile push notifications with Amazon SNS* in the developer guide. Nothing is sent to the
/// push services; what would have been lies in the mailbox.
final class SnsPlatforms implements SnsPart {
  private static final int PAGE = 100;
  private static final int USER_DATA_BYTES_MAX = 2048;
  private static final int TOKEN_BYTES_MAX = 4096;
  private static final Set<String> SECRET = Set.of("PlatformCredential", "PlatformPrincipal");
  private static final Set<String> SETTABLE =
      Set.of(
          "PlatformCredential",
          "PlatformPrincipal",
          "EventEndpointCreated",
          "EventEndpointDeleted",
          "EventEndpointUpdated",
          "EventDeliveryFailure",
          "SuccessFeedbackRoleArn",
          "FailureFeedbackRoleArn",
          "SuccessFeedbackSampleRate",
          "ApplePlatformTeamID",
          "ApplePlatformBundleID",
          "Enabled");

  private final Cloud cloud;
  private final Platforms platforms;
  private final Locks locks = new Locks();

  SnsPlatforms(Cloud cloud, Platforms platforms) {
    this.cloud = cloud;
    this.platforms = platforms;
  }

  @Override
  public CreatePlatformApplicationResponse createPlatformApplication(
      CreatePlatformApplicationRequest request) {
    if (request.name() == null) {
      throw SnsErrors.required("name");
    } else if (request.platform() == null) {
      throw SnsErrors.required("platform");
    } else if (!request.hasAttributes()) {
      throw SnsErrors.required("attributes");
    } else if (!PlatformApplication.PLATFORMS.contains(request.platform())) {
      throw SnsErrors.invalid("Platform Reason: Invalid value");
    } else if (!request.name().matches("[A-Za-z0-9_.-]{1,256}")) {
      throw SnsErrors.invalid(
          "Name Reason: must be made up of only uppercase and lowercase ASCII letters, numbers,"
              + " underscores, hyphens, and periods, and must be between 1 and 256 characters"
              + " long.");
    }
    var attributes = checked(request.attributes());
    if (!attributes.containsKey("PlatformCredential")) {
      throw SnsErrors.invalid("Attributes Reason: Platform credentials are invalid");
    }
    var scope = Call.current().scope();
    var key =
        new ApplicationKey(scope.account(), scope.region(), request.platform(), request.name());
    locks.with(
        key,
        () -> {
          var there = platforms.applications.get(key);
          if (there == null) {
            platforms.applications.put(key, new PlatformApplication(key, attributes));
          } else if (!there.attributes().equals(attributes)) {
            throw SnsErrors.invalid(
                "Attributes Reason: Platform application already exists with different"
                    + " attributes");
          }
          return null;
        });
    return CreatePlatformApplicationResponse.builder().platformApplicationArn(key.arn()).build();
  }

  private static Map<String, String> checked(Map<String, String> attributes) {
    var checked = new HashMap<String, String>();
    attributes.forEach((name, value) -> {
      if (!SETTABLE.contains(name)) {
        throw SnsErrors.invalid("Attributes Reason: Invalid attribute name: " + name);
      } else if (name.startsWith("Event") && !value.isEmpty()) {
        var _ = Topic.TopicKey.of(value);
      } else if (name.equals("SuccessFeedbackSampleRate") && !value.matches("100|[1-9]?[0-9]|")) {
        throw SnsErrors.invalid(
            "Attributes Reason: SuccessFeedbackSampleRate must be between 0 and 100");
      }
      checked.put(name, value);
    });
    return checked;
  }

  @Override
  public GetPlatformApplicationAttributesResponse getPlatformApplicationAttributes(
      GetPlatformApplicationAttributesRequest request) {
    return GetPlatformApplicationAttributesResponse.builder()
        .attributes(shown(platforms.application(request.platformApplicationArn())))
        .build();
  }

  private static Map<String, String> shown(PlatformApplication application) {
    var shown = new HashMap<>(application.attributes());
    shown.keySet().removeAll(SECRET);
    shown.putIfAbsent("Enabled", "true");
    return shown;
  }

  @Override
  public SetPlatformApplicationAttributesResponse setPlatformApplicationAttributes(
      SetPlatformApplicationAttributesRequest request) {
    if (!request.hasAttributes()) {
      throw SnsErrors.required("attributes");
    }
    var key = ApplicationKey.of(request.platformApplicationArn());
    var changes = checked(request.attributes());
    locks.with(
        key,
        () -> {
          var attributes = new HashMap<>(platforms.application(key.arn()).attributes());
          attributes.putAll(changes);
          attributes.values().removeIf(String::isEmpty);
          platforms.applications.put(key, new PlatformApplication(key, attributes));
          return null;
        });
    return SetPlatformApplicationAttributesResponse.builder().build();
  }

  @Override
  public ListPlatformApplicationsResponse listPlatformApplications(
      ListPlatformApplicationsRequest request) {
    var scope = Call.current().scope();
    var found = new ArrayList<software.amazon.awssdk.services.sns.model.PlatformApplication>();
    var page =
        page(
            platforms.applications.list(scope.account(), scope.region()),
            application -> application.key().arn(),
            request.nextToken());
    for (var application : page.items()) {
      found.add(
          software.amazon.awssdk.services.sns.model.PlatformApplication.builder()
              .platformApplicationArn(application.key().arn())
              .attributes(shown(application))
              .build());
    }
    return ListPlatformApplicationsResponse.builder()
        .platformApplications(found)
        .nextToken(page.next())
        .build();
  }

  private record Page<T>(List<T> items, @Nullable String next) {}

  private static <T> Page<T> page(
      List<T> all, java.util.function.Function<T, String> arn, @Nullable String token) {
    int from = 0;
    if (token != null) {
      while (from < all.size() && !arn.apply(all.get(from)).equals(token)) {
        from++;
      }
      if (from == all.size()) {
        throw SnsErrors.invalid("NextToken");
      }
    }
    var to = Math.min(all.size(), from + PAGE);
    return new Page<>(all.subList(from, to), to == all.size() ? null : arn.apply(all.get(to)));
  }

  @Override
  public DeletePlatformApplicationResponse deletePlatformApplication(
      DeletePlatformApplicationRequest request) {
    platforms.delete(ApplicationKey.of(request.platformApplicationArn()));
    return DeletePlatformApplicationResponse.builder().build();
  }

  @Override
  public CreatePlatformEndpointResponse createPlatformEndpoint(
      CreatePlatformEndpointRequest request) {
    var application = platforms.application(request.platformApplicationArn()).key();
    var token = request.token();
    if (token == null) {
      throw SnsErrors.required("token");
    } else if (token.isEmpty() || bytes(token) > TOKEN_BYTES_MAX) {
      throw SnsErrors.invalid("Token Reason: must be between 1 and 4096 bytes long");
    }
    var attributes = endpointAttributes(request.attributes());
    attributes.putIfAbsent("Enabled", "true");
    attributes.put("Token", token);
    var data = request.customUserData();
    if (data != null && !data.isEmpty()) {
      checkUserData(data);
      attributes.put("CustomUserData", data);
    }
    var key =
        locks.with(
            application,
            () -> {
              var there = platforms.byToken(application, token);
              if (there == null) {
                var made = new EndpointKey(application, cloud.ids().uuid());
                platforms.save(new Endpoint(made, attributes));
                return made;
              } else if (!there.attributes().equals(attributes)) {
                throw SnsErrors.invalid(
                    "Token Reason: Endpoint "
                        + there.key().arn()
                        + " already exists with the same Token, but different attributes.");
              }
              return there.key();
            });
    platforms.event(key, "EndpointCreated", Map.of());
    return CreatePlatformEndpointResponse.builder().endpointArn(key.arn()).build();
  }

  private static Map<String, String> endpointAttributes(Map<String, String> given) {
    var attributes = new HashMap<String, String>();
    given.forEach((name, value) -> {
      switch (name) {
        case "Enabled" -> {
          if (!value.equalsIgnoreCase("true") && !value.equalsIgnoreCase("false")) {
            throw SnsErrors.invalid(
                "Attributes Reason: Invalid value for attribute: Enabled. Must be true or false");
          }
          attributes.put(name, value.toLowerCase(java.util.Locale.ROOT));
        }
        case "Token" -> attributes.put(name, value);
        case "CustomUserData" -> {
          checkUserData(value);
          attributes.put(name, value);
        }
        // Baidu's devices have these two.
        case "ChannelId", "UserId" -> attributes.put(name, value);
        default -> throw SnsErrors.invalid("Attributes Reason: Invalid attribute name: " + name);
      }
    });
    return attributes;
  }

  private static void checkUserData(String data) {
    if (bytes(data) > USER_DATA_BYTES_MAX) {
      throw SnsErrors.invalid("CustomUserData Reason: must be at most 2048 bytes long");
    }
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  @Override
  public GetEndpointAttributesResponse getEndpointAttributes(GetEndpointAttributesRequest request) {
    return GetEndpointAttributesResponse.builder()
        .attributes(platforms.endpoint(request.endpointArn()).attributes())
        .build();
  }

  @Override
  public SetEndpointAttributesResponse setEndpointAttributes(SetEndpointAttributesRequest request) {
    if (!request.hasAttributes()) {
      throw SnsErrors.required("attributes");
    }
    var key = EndpointKey.of(request.endpointArn(), "EndpointArn");
    var changes = endpointAttributes(request.attributes());
    locks.with(
        key.application(),
        () -> {
          var there = platforms.endpoint(key.arn());
          var attributes = new HashMap<>(there.attributes());
          attributes.putAll(changes);
          var other = platforms.byToken(key.application(), attributes.getOrDefault("Token", ""));
          if (other != null && !other.key().equals(key)) {
            throw SnsErrors.invalid(
                "Token Reason: Endpoint "
                    + other.key().arn()
                    + " already exists with the same Token, but different attributes.");
          }
          platforms.save(new Endpoint(key, attributes));
          return null;
        });
    platforms.event(key, "EndpointUpdated", Map.of());
    return SetEndpointAttributesResponse.builder().build();
  }

  @Override
  public ListEndpointsByPlatformApplicationResponse listEndpointsByPlatformApplication(
      ListEndpointsByPlatformApplicationRequest request) {
    var key = platforms.application(request.platformApplicationArn()).key();
    var page =
        page(
            platforms.endpoints.list(key.account(), key.region(), key.platform(), key.name()),
            endpoint -> endpoint.key().arn(),
            request.nextToken());
    return ListEndpointsByPlatformApplicationResponse.builder()
        .endpoints(
            page.items().stream()
                .map(endpoint ->
                    software.amazon.awssdk.services.sns.model.Endpoint.builder()
                        .endpointArn(endpoint.key().arn())
                        .attributes(endpoint.attributes())
                        .build())
                .toList())
        .nextToken(page.next())
        .build();
  }

  @Override
  public DeleteEndpointResponse deleteEndpoint(DeleteEndpointRequest request) {
    var key = EndpointKey.of(request.endpointArn(), "EndpointArn");
    var there = platforms.endpoints.get(key);
    if (there != null) {
      platforms.delete(there);
      platforms.event(key, "EndpointDeleted", Map.of());
    }
    return DeleteEndpointResponse.builder().build();
  }
}
