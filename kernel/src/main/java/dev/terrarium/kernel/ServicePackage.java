package dev.terrarium.kernel;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One AWS service as Terrarium finds it, through [java.util.ServiceLoader].
///
/// An implementation names SDK types only in method bodies, so that it loads where the service's
/// SDK module is absent; there the service is simply not there.
public interface ServicePackage {
  /// The service's name in Terrarium and the first part of its keyspaces' names: `sqs`.
  String name();

  /// The SDK's synchronous client interface, by its full class name.
  String clientInterface();

  /// The objects that serve: each implements the client interface and overrides the operations of
  /// its topic. Those that are [AutoCloseable] are closed with the cloud. Called once, when the
  /// service is first used, or at start if the store holds anything of it.
  List<?> open(Cloud cloud);

  /// What the service answers over plain HTTP, outside of AWS's protocols: websites, function URLs,
  /// forms.
  default List<WebEndpoint> webEndpoints(Cloud cloud) {
    return List.of();
  }

  /// Whether one of its parts is an [Audience].
  default boolean hears() {
    return false;
  }

  /// Who decides what callers may do where they must prove who they are; null if that is not for
  /// this service to say.
  default @Nullable Authoriser authoriser(Cloud cloud) {
    return null;
  }

  /// The resource types that the service brings to CloudFormation.
  default List<ResourceType> resourceTypes(Cloud cloud) {
    return List.of();
  }

  /// What the SDK's own clients of this service change in a request before they send it, in the
  /// scope that they are in; clients without a socket do the same.
  default Object sent(Object request, Scope scope) {
    return request;
  }
}
