package dev.terrarium.wire;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Service;
import dev.terrarium.kernel.model.Protocol;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Finds the service that a request is for.
///
/// A signature says it outright. Without one, target, action, host and path are asked in that
/// order, and what remains is S3's: its objects may be public.
final class Directory {
  /// Other names under which a service is signed for.
  private static final Map<String, String> ALIASES =
      Map.of(
          "s3express",
          "s3",
          "s3-object-lambda",
          "s3",
          "s3-outposts",
          "s3",
          "cloudwatch",
          "monitoring");

  private final Cloud cloud;

  /// Some clients share a signing name, and then the target tells; see [#signedFor].
  private final Map<String, List<Service>> bySigningName = new HashMap<>();

  private final Map<String, Service> byTarget = new ConcurrentHashMap<>();

  Directory(Cloud cloud) {
    this.cloud = cloud;
    for (var service : cloud.services()) {
      try {
        var name = (String) service.client().getField("SERVICE_NAME").get(null);
        bySigningName.computeIfAbsent(name, n -> new ArrayList<>()).add(service);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("Not a client interface: " + service.client(), e);
      }
    }
  }

  /// The service of a signing name, or null.
  @Nullable Service signedFor(String signingName) {
    return signedFor(signingName, null);
  }

  /// The service of a signing name and a request's target, or null.
  @Nullable Service signedFor(String signingName, @Nullable String target) {
    var sharing = bySigningName.get(ALIASES.getOrDefault(signingName, signingName));
    if (sharing == null) {
      return null;
    }
    var found = target == null || sharing.size() == 1 ? null : ofTarget(target, sharing);
    return found == null ? sharing.getFirst() : found;
  }

  /// The service of a request that nobody signed, or null.
  @Nullable Service unsigned(WireRequest request, @Nullable Map<String, List<String>> form) {
    var target = request.header("x-amz-target");
    if (target != null) {
      return ofTarget(target, likelyFirst(target));
    }
    if (form != null && form.containsKey("Action")) {
      return ofAction(form);
    }
    var label = request.host().split("[.:]", 2)[0];
    var byHost = signedFor(label);
    if (byHost != null) {
      return byHost;
    }
    for (var service : cloud.services()) {
      if (service.name().equals("lambda")
          && service.model().protocol() == Protocol.REST_JSON
          && RestProtocol.routes(service.model())
                  .find(request.method(), request.rawPath(), request.query())
              != null) {
        return service;
      }
    }
    return cloud.service("s3");
  }

  /// To look into a service loads the classes of all its requests, so those come first whose name
  /// is in the target.
  private List<Service> likelyFirst(String target) {
    var text = target.toLowerCase(Locale.ROOT);
    return cloud.services().stream()
        .sorted(Comparator.comparing(service -> !text.contains(service.name())))
        .toList();
  }

  private @Nullable Service ofTarget(String target, List<Service> among) {
    var dot = target.lastIndexOf('.');
    var prefix = dot < 0 ? target : target.substring(0, dot + 1);
    var known = byTarget.get(prefix);
    if (known != null) {
      return known;
    }
    for (var service : among) {
      for (var operation : service.model().operations()) {
        var identifier = operation.http().operationIdentifier();
        if (identifier != null && identifier.startsWith(prefix)) {
          byTarget.put(prefix, service);
          return service;
        }
        break;
      }
    }
    return null;
  }

  private @Nullable Service ofAction(Map<String, List<String>> form) {
    var action = form.getOrDefault("Action", List.of("")).getFirst();
    var version = form.containsKey("Version") ? form.get("Version").getFirst() : null;
    for (var service : cloud.services()) {
      var operation = service.model().operation(action);
      if (operation != null) {
        var own = operation.http().apiVersion();
        if (version == null || own == null || own.equals(version)) {
          return service;
        }
      }
    }
    return null;
  }
}
